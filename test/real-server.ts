// A real server on a temporary folder, with the official SDK to speak to it. Tests that cross
// rooms begin here; `await using` takes everything away again.

import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {
  BackupClient,
  CreateBackupVaultCommand,
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  DescribeRecoveryPointCommand,
  type DescribeRecoveryPointOutput,
  DescribeRestoreJobCommand,
  StartBackupJobCommand,
  StartCopyJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup'
import type { RunningServer } from '../src/assembly/index.ts'
import { startServer } from '../src/assembly/index.ts'

export const ACCOUNT = '123456789012'
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole`

const POLL_MS = 20
/** A machine that is busy with twenty other things answers within this. */
const WAIT_MS = 300_000
/** The pause between two questions, of the time waited so far. */
const PAUSE_SHARE = 0.02

/** A temporary folder, removed at the end of its scope. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'copyhold-test-'))
  return {
    path: folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A server whose data lie in `folder`/data and which may restore below `folder`. */
export async function realServer(
  folder: string,
  more: { readonly holdsFiles?: true } = {},
): Promise<RunningServer & AsyncDisposable> {
  const server = await startServer({
    mode: 'dev',
    port: 0,
    dataDir: path.join(folder, 'data'),
    restoreRoots: [folder],
    logLevel: 'error',
    putLog: path.join(folder, 'puts.log'),
    ...more,
  })
  return { ...server, [Symbol.asyncDispose]: () => server.close() }
}

/** How long to wait for a job, and how often to ask at first. */
interface Waiting {
  readonly pollMs?: number
  readonly waitMs?: number
}

interface AskedLifecycle {
  readonly DeleteAfterDays?: number
  readonly MoveToColdStorageAfterDays?: number
}

/** What a backup may be asked for besides. */
interface BackupMore {
  readonly lifecycle?: AskedLifecycle | undefined
  readonly options?: Record<string, string>
}

/** A user of one account in one Region, through the official SDK. */
export class User {
  readonly region: string
  readonly account: string
  readonly client: BackupClient
  /** Of the server. */
  readonly url: string
  readonly #waiting: Waiting

  constructor(url: string, region: string, options: Waiting & { account?: string } = {}) {
    const { account = ACCOUNT, ...waiting } = options
    this.url = url
    this.#waiting = waiting
    this.account = account
    this.region = region
    this.client = new BackupClient({
      endpoint: url,
      region,
      credentials: { accessKeyId: account, secretAccessKey: 'any' },
      maxAttempts: 1,
    })
  }

  vaultArn(name: string): string {
    return `arn:aws:backup:${this.region}:${this.account}:backup-vault:${name}`
  }

  /** The role in whose name its jobs work. */
  get role(): string {
    return ROLE.replace(ACCOUNT, this.account)
  }

  async createVault(name: string): Promise<void> {
    await this.client.send(new CreateBackupVaultCommand({ BackupVaultName: name }))
  }

  /** Registers a folder; answers its ARN. */
  async addDirectory(folder: string): Promise<string> {
    const body = JSON.stringify({ path: folder })
    const answer = await this.extension('POST', '/resources', body)
    return (answer as { ResourceArn: string }).ResourceArn
  }

  async startBackup(vault: string, resourceArn: string, more: BackupMore = {}): Promise<string> {
    const { BackupJobId } = await this.client.send(
      new StartBackupJobCommand({
        BackupVaultName: vault,
        ResourceArn: resourceArn,
        IamRoleArn: this.role,
        Lifecycle: more.lifecycle,
        BackupOptions: more.options,
      }),
    )
    return BackupJobId ?? ''
  }

  /** Backs up and waits; answers the recovery point's ARN. Throws what the job failed with. */
  async backUp(vault: string, resourceArn: string, more: BackupMore = {}): Promise<string> {
    const job = await this.backupEnd(await this.startBackup(vault, resourceArn, more))
    if (job.State !== 'COMPLETED') throw new Error(`backup ${job.State}: ${job.StatusMessage}`)
    return job.RecoveryPointArn ?? ''
  }

  backupEnd(id: string) {
    return until(async () => {
      const job = await this.client.send(new DescribeBackupJobCommand({ BackupJobId: id }))
      return isOver(job.State) ? job : undefined
    }, this.#waiting)
  }

  /** The recovery point; undefined when it is gone. */
  async point(vault: string, arn: string): Promise<DescribeRecoveryPointOutput | undefined> {
    const at = { BackupVaultName: vault, RecoveryPointArn: arn }
    try {
      return await this.client.send(new DescribeRecoveryPointCommand(at))
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return undefined
      throw error
    }
  }

  /** Waits until the recovery point is gone. */
  async pointGone(vault: string, arn: string): Promise<void> {
    await until(async () => ((await this.point(vault, arn)) ? undefined : true), this.#waiting)
  }

  /** Moves the server's clock on. */
  async advanceClock(seconds: number): Promise<void> {
    await this.extension('POST', '/clock', JSON.stringify({ advanceSeconds: seconds }))
  }

  async startCopy(
    from: { vault: string; point: string },
    to: string,
    lifecycle?: AskedLifecycle,
  ): Promise<string> {
    const { CopyJobId } = await this.client.send(
      new StartCopyJobCommand({
        RecoveryPointArn: from.point,
        SourceBackupVaultName: from.vault,
        DestinationBackupVaultArn: to,
        IamRoleArn: this.role,
        Lifecycle: lifecycle,
      }),
    )
    return CopyJobId ?? ''
  }

  /** Copies and waits; answers the copy's ARN. */
  async copy(from: { vault: string; point: string }, to: string): Promise<string> {
    const job = await this.copyEnd(await this.startCopy(from, to))
    if (job.State !== 'COMPLETED') throw new Error(`copy ${job.State}: ${job.StatusMessage}`)
    return job.DestinationRecoveryPointArn ?? ''
  }

  copyEnd(id: string) {
    return until(async () => {
      const { CopyJob } = await this.client.send(new DescribeCopyJobCommand({ CopyJobId: id }))
      return CopyJob && isOver(CopyJob.State) ? CopyJob : undefined
    }, this.#waiting)
  }

  async startRestore(point: string, target: string): Promise<string> {
    const { RestoreJobId } = await this.client.send(
      new StartRestoreJobCommand({
        RecoveryPointArn: point,
        Metadata: { 'copyhold:path': target },
        IamRoleArn: this.role,
      }),
    )
    return RestoreJobId ?? ''
  }

  restoreEnd(id: string) {
    return until(async () => {
      const job = await this.client.send(new DescribeRestoreJobCommand({ RestoreJobId: id }))
      return isOver(job.Status) ? job : undefined
    }, this.#waiting)
  }

  /** Restores and waits; throws what the job failed with. */
  async restore(point: string, target: string): Promise<void> {
    const job = await this.restoreEnd(await this.startRestore(point, target))
    if (job.Status !== 'COMPLETED') throw new Error(`restore ${job.Status}: ${job.StatusMessage}`)
  }

  /** Sweeps a vault and waits; answers what was freed. */
  async sweep(vault: string): Promise<{ packsFreed: number; bytesFreed: number }> {
    const { JobId } = (await this.extension('POST', `/vaults/${vault}/sweep`, '{}')) as {
      JobId: string
    }
    const job = await until(async () => {
      const found = (await this.extension('GET', `/jobs/${JobId}`)) as {
        State: string
        Progress?: { packsFreed?: number; bytesFreed?: number }
      }
      return isOver(found.State) ? found : undefined
    })
    if (job.State !== 'COMPLETED') throw new Error(`sweep ${JSON.stringify(job)}`)
    const { packsFreed = 0, bytesFreed = 0 } = job.Progress ?? {}
    return { packsFreed, bytesFreed }
  }

  /** A request to what AWS lacks. */
  async extension(method: string, route: string, body?: string): Promise<unknown> {
    const query = `?account=${this.account}&region=${this.region}`
    const answer = await fetch(`${this.url}/_copyhold${route}${query}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-copyhold': '1' },
      ...(body === undefined ? {} : { body }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}

/**
 * Asks until there is an answer, less often the longer it takes: what is waited for should have the
 * machine. Throws after five minutes (or what it is told): then something hangs.
 */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  { pollMs = POLL_MS, waitMs = WAIT_MS }: Waiting = {},
): Promise<T> {
  const start = Date.now()
  while (Date.now() < start + waitMs) {
    const answer = await ask()
    if (answer !== undefined) return answer
    const pauseMs = Math.max(pollMs, (Date.now() - start) * PAUSE_SHARE)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  throw new Error(`nothing after ${waitMs} ms`)
}

function isOver(state: string | undefined): boolean {
  return ['COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'].includes(state ?? '')
}

/** A user in eu-west-1 with an empty vault `daily` and a folder of one file to back up. */
export async function oneResource(url: string, folder: string, fileBytes = 5000) {
  const tree = path.join(folder, 'tree')
  mkdirSync(tree)
  writeFileSync(path.join(tree, 'file'), randomBytes(fileBytes))
  const user = new User(url, 'eu-west-1')
  await user.createVault('daily')
  return { user, resource: await user.addDirectory(tree) }
}
