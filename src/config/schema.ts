// What a configuration of `copyhold serve` may say: one description, for checking it and for
// editors (JSON schema). Descriptions finish the sentence "it must be …". What concerns several
// members at once is checked in cross-checks.ts.

import { z } from 'zod'
import { type accessKey, account, organization } from './schema-identities.ts'
import { count, folder, rate, regionName } from './schema-parts.ts'

const tls = z
  .strictObject({
    certificate: z.string().min(1).describe('a PEM file with the certificate and its chain'),
    key: z.string().min(1).describe('a PEM file with the private key, readable by its owner alone'),
  })
  .describe('the files of a certificate and its key')

const behindProxy = z
  .strictObject({
    trusted: z
      .array(z.union([z.ipv4(), z.ipv6()]).describe("a proxy's IP address"))
      .min(1)
      .describe('the addresses of the proxies whose X-Forwarded headers are believed'),
  })
  .describe('which proxies end TLS in front of this server')

const listen = z
  .strictObject({
    host: z
      .string()
      .regex(/^[0-9a-zA-Z.:-]{1,253}$/)
      .default('127.0.0.1')
      .describe('the address to listen at; loopback unless there is TLS or a proxy'),
    port: z.int().min(0).max(65_535).default(8750).describe('a port, 0 for any free one'),
    hostNames: z
      .array(
        z
          .string()
          .regex(/^[0-9a-zA-Z.-]{1,253}$/)
          .describe('a host name without a port'),
      )
      .default([])
      .describe('the names, besides localhost, that clients ask for this server by'),
    tls: tls.optional(),
    behindProxy: behindProxy.optional(),
    allowInsecureBind: z
      .boolean()
      .default(false)
      .describe('true to listen beyond loopback without TLS; requests can then be read on the way'),
  })
  .describe('where and how to listen')

const region = z
  .strictObject({
    name: regionName,
    store: folder.describe('the folder of the Region’s vaults; best on a disk of its own'),
    coldStore: folder
      .optional()
      .describe('the folder of its cold storage; without it nothing moves there'),
  })
  .describe('a Region and its stores')

const keys = z
  .strictObject({
    keyring: folder
      .optional()
      .describe('the folder of the keys; without it nothing can be restored. Default: <data>/keys'),
    policies: z
      .array(
        z
          .strictObject({
            key: z
              .string()
              .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-z0-9-]+$/)
              .describe('the ARN of a key'),
            policy: z.record(z.string(), z.unknown()).describe('a key policy'),
          })
          .describe('a key and its policy'),
      )
      .default([])
      .describe('policies of keys; a key without one is its account’s'),
  })
  .describe('the key service')

const quotas = z
  .strictObject({
    profile: z
      .enum(['aws', 'none'])
      .default('aws')
      .describe('aws for AWS’s numbers, or none; the others here replace single ones'),
    vaultsPerRegion: count.optional(),
    pointsPerVault: count.optional(),
    copiesPerRegion: count.optional(),
    copiesPerVaultBeyond: count.optional(),
    jobsPerResource: count.optional(),
    crossAccountCopiesPerResource: count.optional(),
  })
  .describe('how much of a thing there may be')

const limits = z
  .strictObject({
    process: rate.optional(),
    job: rate.optional(),
    copies: count.optional(),
  })
  .describe('bytes a second and copies at once, until `copyhold limits` sets others')

/** The whole file. */
export const configurationSchema = z
  .strictObject({
    $schema: z.string().optional().describe('where an editor finds the schema of this file'),
    data: folder.describe('the folder of the catalog; relative paths count from this file'),
    listen: listen.prefault({}),
    organization: organization.optional(),
    accounts: z.array(account).min(1).describe('the accounts, at least one'),
    regions: z.array(region).min(1).describe('the Regions, at least one'),
    keys: keys.prefault({}),
    restoreRoots: z
      .array(folder)
      .default([])
      .describe('the folders that restores of all accounts may write below'),
    quotas: quotas.prefault({}),
    limits: limits.prefault({}),
    log: z
      .enum(['info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('info, warn, error or silent'),
  })
  .describe('the configuration of copyhold serve')

export type ConfigurationFile = z.output<typeof configurationSchema>
export type AccountEntry = ConfigurationFile['accounts'][number]
export type AccessKeyEntry = z.output<typeof accessKey>
export type OrganizationEntry = NonNullable<ConfigurationFile['organization']>
