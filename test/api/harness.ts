// What the API's tests speak to: the real HTTP server, wire, operations and catalog, with jobs that
// wait until a test says `work()` and then end at once by direct catalog calls. No byte moves
// here; what jobs really do is tested where they are, and by the journey.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Backup, BackupServiceException } from '@aws-sdk/client-backup'
import { devIdentities } from '../../src/access/index.ts'
import type { ApiContext } from '../../src/api/index.ts'
import { authorization, extensions, operations } from '../../src/api/index.ts'
import { jobs, openCatalog, rotations, vaults } from '../../src/catalog/index.ts'
import { defaultKeyArn } from '../../src/keys/index.ts'
import {
  type AccountId,
  Answer,
  type JobProgress,
  NO_LIMITS,
  type RegionName,
} from '../../src/model/index.ts'
import { type HttpOptions, startHttp } from '../../src/server/index.ts'
import { openLog, systemClock, systemRandom } from '../../src/world/index.ts'
import { endJobs } from './fake-engine.ts'

function memoryLimits(): ApiContext['limits'] {
  let limits = NO_LIMITS
  return {
    now: () => limits,
    isManager: () => true,
    set: (next) => {
      limits = next
    },
  }
}

/** A server and what a test may do to it behind the API's back. */
export interface Api {
  readonly url: string
  readonly context: ApiContext
  /** Wall time of the server, which only tests move; each look at it is a millisecond later. */
  readonly clock: { now(): number; advance(ms: number): void }
  /** How far running jobs say they are. */
  readonly progress: Map<string, JobProgress>
  /** How often the engine was woken, and the server reset. */
  readonly counts: { wakes: number; resets: number }
  /** Lets every job that is due run to its end. */
  work(): Promise<void>
  close(): Promise<void>
}

/** Starts a server on an empty temporary folder. */
export async function startApi(
  of: Partial<Pick<HttpOptions<ApiContext>, 'authentication'>> = {},
): Promise<Api> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-api-'))
  const catalog = await openCatalog({ file: path.join(folder, 'catalog.db') })
  const clock = testClock()
  const progress = new Map<string, JobProgress>()
  const counts = { wakes: 0, resets: 0 }
  const context: ApiContext = {
    catalog,
    identities: devIdentities,
    clock: { now: clock.now, sleep: systemClock.sleep },
    random: systemRandom,
    progress: { latest: (id) => progress.get(id) },
    vaultMaker: {
      defaultKeyArn: ({ account, region }) => keyArn(account, region),
      async create(vault) {
        if (vault.keyArn.endsWith('key/revoked')) {
          throw new Answer({ code: 'KeyUnusable', keyArn: vault.keyArn, reason: 'revoked' })
        }
        await catalog.transaction((tx) => vaults.markAvailable(tx, vault.id))
      },
      async rotateKey(vaultId, keyArn) {
        await catalog.transaction(async (tx) => {
          const vault = await vaults.byId(tx, vaultId)
          const keyVersion = ((await rotations.standing(tx, vaultId))?.keyVersion ?? 0) + 1
          await rotations.end(tx, vaultId, { keyVersion, keyArn: keyArn ?? vault?.keyArn ?? '' })
        })
      },
    },
    factsDurable: async () => {},
    limits: memoryLimits(),
    wake: () => {
      counts.wakes += 1
    },
    checkResource: async (where) =>
      where.startsWith('/missing')
        ? { code: 'ResourceUnavailable', arn: where, reason: 'there is no such folder' }
        : undefined,
    dev: {
      reset: async () => {
        counts.resets += 1
      },
      clockMovedMs: () => 0,
      moveClock: async () => {},
    },
  }
  const http = await startHttp({
    port: 0,
    authentication: of.authentication ?? { mode: 'dev' },
    context,
    authorize: authorization,
    operations,
    extensions,
    health: async () => ({ ready: true }),
    metrics: {
      jobs: () => catalog.read((tx) => jobs.countByState(tx)),
      bytes: () => ({ read: 0, copied: 0, reused: 0 }),
    },
    log: openLog('error'),
  })
  return {
    url: http.url,
    context,
    clock,
    progress,
    counts,
    work: () => endJobs(context),
    async close() {
      await http.close()
      await catalog.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function testClock() {
  let now = Date.UTC(2026, 0, 1)
  return {
    now: () => {
      now += 1
      return now
    },
    advance: (ms: number) => {
      now += ms
    },
  }
}

export function keyArn(account: string, region: string): string {
  return defaultKeyArn({ account: account as AccountId, region: region as RegionName })
}

let lastAccount = 100_000_000_000

/** Someone with an account of his own, unless one is given; speaks through the official SDK. */
export class User {
  readonly account: AccountId
  readonly region: string
  readonly role: string
  readonly aws: Backup
  readonly #api: Api

  constructor(api: Api, options: { account?: string; region?: string } = {}) {
    if (options.account === undefined) lastAccount += 1
    this.account = (options.account ?? String(lastAccount)) as AccountId
    this.region = options.region ?? 'eu-west-1'
    this.role = `arn:aws:iam::${this.account}:role/backup`
    this.#api = api
    this.aws = new Backup({
      endpoint: api.url,
      region: this.region,
      credentials: { accessKeyId: this.account, secretAccessKey: 'any' },
      maxAttempts: 1,
    })
  }

  vaultArn(name: string): string {
    return `arn:aws:backup:${this.region}:${this.account}:backup-vault:${name}`
  }

  async createVault(name: string): Promise<string> {
    const { BackupVaultArn } = await this.aws.createBackupVault({ BackupVaultName: name })
    return BackupVaultArn ?? ''
  }

  /** Registers a directory; answers its ARN. */
  async directory(where = '/data'): Promise<string> {
    const { body } = await this.extension('POST', '/resources', { path: where })
    return (body as { ResourceArn: string }).ResourceArn
  }

  /** Starts a backup; answers its job. */
  async startBackup(vault: string, resource: string): Promise<string> {
    const { BackupJobId } = await this.aws.startBackupJob({
      BackupVaultName: vault,
      ResourceArn: resource,
      IamRoleArn: this.role,
    })
    return BackupJobId ?? ''
  }

  /** A vault with a recovery point of a directory in it. */
  async backedUp(vault = 'source', where = '/data') {
    await this.createVault(vault)
    const resource = await this.directory(where)
    return { vault, resource, point: await this.backUp(vault, resource) }
  }

  /** Backs up to the end; answers the recovery point. */
  async backUp(vault: string, resource: string, tags?: Record<string, string>): Promise<string> {
    const { RecoveryPointArn } = await this.aws.startBackupJob({
      BackupVaultName: vault,
      ResourceArn: resource,
      IamRoleArn: this.role,
      RecoveryPointTags: tags,
    })
    await this.#api.work()
    return RecoveryPointArn ?? ''
  }

  /** Starts a copy; answers its job. */
  async startCopy(from: { vault: string; point: string }, to: string): Promise<string> {
    const { CopyJobId } = await this.aws.startCopyJob({
      SourceBackupVaultName: from.vault,
      RecoveryPointArn: from.point,
      DestinationBackupVaultArn: to,
      IamRoleArn: this.role,
    })
    return CopyJobId ?? ''
  }

  /** A request to what AWS lacks. */
  async extension(method: string, route: string, body?: unknown) {
    const query = `${route.includes('?') ? '&' : '?'}account=${this.account}&region=${this.region}`
    const answer = await fetch(`${this.#api.url}/_copyhold${route}${query}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-copyhold': '1' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) }
  }
}

/** Turns copies between accounts on, as the management account of the one organization of dev. */
export async function allowCrossAccount(api: Api): Promise<void> {
  const { aws } = new User(api, { account: '000000000000' })
  await aws.updateGlobalSettings({ GlobalSettings: { isCrossAccountBackupEnabled: 'true' } })
}

/** Asserts that a call is refused, as what, and in which words. */
export async function refused(
  call: Promise<unknown>,
  as: { name: string; status?: number; message?: string | RegExp; code?: string },
): Promise<BackupServiceException> {
  const error = await call.then(
    () => assert.fail(`was not refused, but should have been with ${as.name}`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof BackupServiceException, String(error))
  assert.equal(error.name, as.name, error.message)
  assert.equal(error.$metadata.httpStatusCode, as.status ?? 400)
  if (typeof as.message === 'string') assert.equal(error.message, as.message)
  else if (as.message) assert.match(error.message, as.message)
  if (as.code) assert.equal((error as { Code?: string }).Code, as.code)
  return error
}

/** How a missing vault is refused, whatever is asked of it. */
export const NO_VAULT = {
  name: 'AccessDeniedException',
  status: 403,
  message: 'Insufficient privileges to perform this action.',
} as const
