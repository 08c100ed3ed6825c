// One of the threads of `race.test.ts`: opens its own connection to the catalog named by the
// worker's data, and takes part in the race named there. Not a test by itself.

import { parentPort, workerData } from 'node:worker_threads'
import type { JobId } from '../model/index.ts'
import { openCatalog } from './catalog.ts'
import * as jobs from './jobs.ts'
import * as packs from './packs.ts'
import { TokenTaken } from './rows.ts'
import { backupJob, jobId, packNames, vaultId, vaultRow } from './samples.suite.ts'
import * as vaults from './vaults.ts'

/** What a thread is told. */
export interface RaceData {
  readonly race: keyof typeof races
  readonly file: string
  /** Which thread this is, from 0. */
  readonly thread: number
}

/** How often each thread tries. */
export const ROUNDS = 40

const races = {
  /** Both add a vault of the same name: how many did this one add? */
  async names({ file, thread }: RaceData): Promise<number> {
    const catalog = await openCatalog({ file })
    let added = 0
    for (let round = 0; round < ROUNDS; round++) {
      const row = vaultRow(thread * ROUNDS + round, { name: `vault-${round}` })
      try {
        await catalog.transaction((tx) => vaults.insert(tx, row))
        added += 1
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'VaultNameTaken') throw error
      }
    }
    await catalog.close()
    return added
  },

  /** Both make a job with the same token: which jobs did this one make? */
  async tokens({ file, thread }: RaceData): Promise<JobId[]> {
    const catalog = await openCatalog({ file })
    const made: JobId[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const job = backupJob(thread * ROUNDS + round)
      const token = { operation: 'StartBackupJob', token: `token-${round}`, requestHash: 'h' }
      try {
        await catalog.transaction((tx) => jobs.insert(tx, job, token))
        made.push(job.id)
      } catch (error) {
        if (!(error instanceof TokenTaken)) throw error
      }
    }
    await catalog.close()
    return made
  },

  /** Both claim jobs until none is due: which did this one get? */
  async claims({ file, thread }: RaceData): Promise<JobId[]> {
    const catalog = await openCatalog({ file })
    const taken: JobId[] = []
    for (;;) {
      const by = {
        owner: `thread-${thread}`,
        now: 5000,
        leaseMs: 60_000,
        kinds: ['backup'],
      } as const
      const claim = await catalog.transaction((tx) => jobs.claim(tx, by))
      if (claim === undefined) break
      taken.push(claim.job.id)
    }
    await catalog.close()
    return taken
  },

  /** Both want the same packs put: which may this one put? */
  async puts({ file, thread }: RaceData): Promise<string[]> {
    const catalog = await openCatalog({ file })
    const put: string[] = []
    const of = { vaultId: vaultId(1), jobId: jobId(thread + 1), fence: 1, now: 2000 }
    await catalog.transaction((tx) => packs.plan(tx, { ...of, names: [] }))
    for (const name of packNames(ROUNDS)) {
      const wanted = [{ name, sizeBytes: 1 }]
      const turns = await catalog.transaction((tx) => packs.claim(tx, { ...of, packs: wanted }))
      if (turns.get(name) !== 'put') continue
      put.push(name)
      const there = [{ name, sizeBytes: 1, crc32: 7 }]
      await catalog.transaction((tx) => packs.arrived(tx, { ...of, packs: there }))
    }
    await catalog.close()
    return put
  },
}

if (parentPort !== null) {
  const data = workerData as RaceData
  parentPort.postMessage(await races[data.race](data))
}
