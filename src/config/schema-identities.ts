// Accounts in a configuration: their users, roles, access keys and resources, and the organization
// they belong to. Policies are read by access/, which knows their grammar.

import { z } from 'zod'
import { accountId, folder, regionName, secretFrom } from './schema-parts.ts'

const policyDocument = z
  .record(z.string(), z.unknown())
  .describe('an IAM policy document: Version and Statement')

const tags = z.record(z.string(), z.string()).default({}).describe('tags: text by text')

const path = z
  .string()
  .regex(/^\/([\x21-\x7e]{1,510}\/)?$/)
  .default('/')
  .describe('a path that begins and ends with a slash')

const named = (what: string) =>
  z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/)
    .describe(`the name of ${what}: up to 64 letters, digits and +=,.@_-`)

export const accessKey = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Z0-9]{16,128}$/)
      .describe('an access key id: 16 to 128 capital letters and digits'),
    secretFrom,
    sessionTokenFrom: secretFrom.optional(),
    expires: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('when a temporary key ends, such as 2027-01-31T00:00:00Z'),
  })
  .describe('an access key')

const accessKeys = z.array(accessKey).default([]).describe('access keys')

const permissions = {
  path,
  policies: z.array(policyDocument).default([]).describe('what it may do: policy documents'),
  boundary: policyDocument.optional(),
  tags,
  accessKeys,
}

const user = z.strictObject({ name: named('a user'), ...permissions }).describe('a user')

const role = z
  .strictObject({
    name: named('a role'),
    trust: policyDocument.describe('a trust policy: who may assume the role'),
    ...permissions,
  })
  .describe('a role')

const resource = z
  .strictObject({
    directory: folder.describe('the folder that can be backed up'),
    region: regionName,
    name: z.string().min(1).max(256).optional().describe('how it is called in lists'),
    id: z
      .string()
      .regex(/^fs-[0-9a-f]{17}$/)
      .optional()
      .describe('its id, fs- and 17 hexadecimal digits; give it when the folder has moved'),
  })
  .describe('a folder that can be backed up')

export const account = z
  .strictObject({
    id: accountId,
    name: z.string().min(1).max(128).optional().describe('how people call the account'),
    unit: z.string().optional().describe('the organizational unit it is in [default: the root]'),
    rootAccessKeys: accessKeys.describe('access keys of the root; users are better'),
    users: z.array(user).default([]).describe('users'),
    roles: z.array(role).default([]).describe('roles'),
    resources: z.array(resource).default([]).describe('what can be backed up'),
    restoreRoots: z
      .array(folder)
      .default([])
      .describe('the folders that restores of this account alone may write below'),
  })
  .describe('an account')

const controls = z
  .array(policyDocument)
  .optional()
  .describe('service control policies [default: everything is allowed here]')

const unit = z
  .strictObject({
    id: z
      .string()
      .regex(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/)
      .describe('the id of a unit, such as ou-ab12-11112222'),
    parent: z.string().optional().describe('the unit it is in [default: the root]'),
    controls,
  })
  .describe('an organizational unit')

export const organization = z
  .strictObject({
    id: z
      .string()
      .regex(/^o-[a-z0-9]{10,32}$/)
      .describe('the id of an organization, such as o-a1b2c3d4e5'),
    managementAccount: accountId.describe('the account that manages the organization'),
    root: z
      .string()
      .regex(/^r-[0-9a-z]{4,32}$/)
      .describe('the id of its root, such as r-ab12'),
    controls,
    units: z.array(unit).default([]).describe('organizational units'),
  })
  .describe('the organization that all accounts are in')
