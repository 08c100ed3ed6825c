// A server in production with two accounts of one organization, the first of which manages it. Each
// has a user who may do everything there, a role and a folder to back up. All requests are signed.

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { serveConfiguration } from '../src/assembly/index.ts'
import type { ClientInput, ClientSettings, Output } from '../src/wire/index.ts'
import { openClient, ServiceError, sendPlain } from '../src/wire/index.ts'
import { temporaryFolder, until } from './real-server.ts'

export const A = '111111111111'
export const B = '222222222222'
export const REGION = 'eu-west-1'
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'

export const roleOf = (account: string) => `arn:aws:iam::${account}:role/backup`
export const vaultArn = (account: string, name: string) =>
  `arn:aws:backup:${REGION}:${account}:backup-vault:${name}`

const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement })
const allow = (...Action: string[]) => policy({ Effect: 'Allow', Action, Resource: '*' })
const TRUST = policy({
  Effect: 'Allow',
  Principal: { Service: 'backup.amazonaws.com' },
  Action: 'sts:AssumeRole',
})

/** Members of a configuration besides those that make the two accounts. */
export interface More {
  readonly accounts?: Readonly<Record<string, object>>
  readonly file?: object
}

/** The server, its folder (with `restores` in it), and who asks it. */
export async function twoAccounts(more: More = {}) {
  const folder = temporaryFolder()
  const at = (name: string) => path.join(folder.path, name)
  for (const name of ['restores', `tree-${A}`, `tree-${B}`]) mkdirSync(at(name))
  writeFileSync(at('secret'), SECRET, { mode: 0o600 })
  const account = (id: string) => {
    writeFileSync(at(`tree-${id}/a.txt`), `of ${id}`)
    const accessKeys = [{ id: `AKIAKEYOF${id}`, secretFrom: { file: 'secret' } }]
    const policies = [allow('backup:*', 'copyhold:*', 'iam:*', 'kms:*')]
    return {
      id,
      users: [{ name: 'admin', policies, accessKeys }],
      roles: [{ name: 'backup', policies: [allow('*')], trust: TRUST }],
      resources: [{ directory: at(`tree-${id}`), region: REGION }],
      ...more.accounts?.[id],
    }
  }
  const file = at('copyhold.json')
  const configuration = {
    data: 'data',
    listen: { port: 0 },
    regions: [{ name: REGION, store: 'store' }],
    organization: { id: 'o-a1b2c3d4e5', managementAccount: A, root: 'r-ab12' },
    accounts: [account(A), account(B)],
    restoreRoots: [at('restores')],
    quotas: { profile: 'none' },
    log: 'silent',
    ...more.file,
  }
  writeFileSync(file, JSON.stringify(configuration))
  const server = await serveConfiguration(file)
  if ('mistakes' in server) throw new Error(server.mistakes)
  return {
    folder: folder.path,
    a: new Asker(server.url, A),
    b: new Asker(server.url, B),
    async [Symbol.asyncDispose]() {
      await server.close()
      folder[Symbol.dispose]()
    },
  }
}

/** An answer as it came. */
export interface Answered {
  readonly status: number
  readonly text: string
}

/** The user of an account. */
export class Asker {
  readonly account: string
  readonly #settings: ClientSettings

  constructor(url: string, account: string) {
    this.account = account
    this.#settings = settingsFor(url, account)
  }

  /** An operation of AWS's. Throws ServiceError. */
  call(operation: string, input: ClientInput): Promise<Output> {
    return openClient(this.#settings).call(operation, input)
  }

  /** The same as whoever compares answers sees it. */
  async told(operation: string, input: ClientInput): Promise<Answered> {
    try {
      return { status: 200, text: JSON.stringify(await this.call(operation, input)) }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      return { status: error.spelled.status, text: JSON.stringify(error.spelled) }
    }
  }

  /** A route of ours, with its query. */
  async own(method: string, route: string, body?: unknown, accept = '*/*'): Promise<Answered> {
    const [where = '', query = ''] = route.split('?')
    const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('='))
    const answer = await sendPlain(
      {
        method,
        path: `/_copyhold${where}`,
        query: pairs.map(([name = '', value = '']) => [name, decodeURIComponent(value)] as const),
        headers: { 'x-copyhold': '1', accept },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
      },
      this.#settings,
    )
    return { status: answer.status, text: new TextDecoder().decode(answer.body) }
  }

  /** The account's declared folder. */
  async resource(): Promise<string> {
    return JSON.parse((await this.own('GET', '/resources')).text).Resources[0].ResourceArn
  }

  /** Waits for a job's end; answers it as our own route tells it. */
  jobEnd(id: unknown): Promise<Record<string, string>> {
    return until(async () => {
      const job = JSON.parse((await this.own('GET', `/jobs/${id}`)).text)
      return ['COMPLETED', 'FAILED', 'PARTIAL'].includes(job.State) ? job : undefined
    })
  }

  async backUp(vault: string): Promise<Record<string, string>> {
    const { BackupJobId } = await this.call('StartBackupJob', {
      BackupVaultName: vault,
      ResourceArn: await this.resource(),
      IamRoleArn: roleOf(this.account),
    })
    return this.jobEnd(BackupJobId)
  }

  async restore(point: unknown, target: string, more: object = {}) {
    const { RestoreJobId } = await this.call('StartRestoreJob', {
      RecoveryPointArn: point,
      IamRoleArn: roleOf(this.account),
      Metadata: { 'copyhold:path': target, ...more },
    })
    return this.jobEnd(RestoreJobId)
  }
}

function settingsFor(url: string, account: string): ClientSettings {
  const { hostname, port } = new URL(url)
  const keys = { accessKeyId: `AKIAKEYOF${account}`, secretAccessKey: SECRET }
  return {
    endpoint: { protocol: 'http:', hostname, port: Number(port), basePath: '' },
    region: REGION,
    credentials: async () => keys,
    maxAttempts: 1,
    timestamps: 'wire',
    userAgent: 'test',
    async send({ method, endpoint, path: where, headers, body }) {
      const { host: _, ...rest } = headers
      const asked = `http://${endpoint.hostname}:${endpoint.port}${where}`
      const answer = await fetch(asked, { method, headers: rest, ...(body && { body }) })
      const { status, statusText } = answer
      const named = Object.fromEntries(answer.headers)
      const bytes = new Uint8Array(await answer.arrayBuffer())
      return { status, statusText, headers: named, body: bytes }
    },
    now: () => Date.now(),
    sleep: async () => {},
    dice: () => 0,
    uuid: () => crypto.randomUUID(),
  }
}
