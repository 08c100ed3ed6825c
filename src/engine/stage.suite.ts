// What the engine's tests play on: a real catalog in a temporary folder, a clock moved by hand,
// engines that are stopped after the test, and runners that do what the test says.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { type Catalog, type JobRow, jobs, openCatalog } from '../catalog/index.ts'
import {
  type JobId,
  type JobKind,
  parseAccountId,
  parseJobId,
  parsePointId,
  parseRegionName,
  parseVaultId,
} from '../model/index.ts'
import type { Log } from '../world/index.ts'
import { type Engine, type EngineOptions, type Runner, startEngine } from './engine.ts'
import { HandClock } from './hand-clock.suite.ts'

export const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
export const KINDS: readonly JobKind[] = [
  ...(['backup', 'copy', 'restore'] as const),
  ...(['cool', 'expire', 'delete', 'purge', 'sweep', 'verify'] as const),
]
const uuid = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`
export const idOf = (n: number) => parseJobId(uuid(n))
const vaultId = parseVaultId('0'.repeat(32))

/** A catalog, a clock, and engines that are stopped after the test. */
export class Stage {
  readonly catalog: Catalog
  readonly clock = new HandClock()
  readonly #engines: Engine[] = []

  constructor(catalog: Catalog) {
    this.catalog = catalog
  }

  static async set(t: TestContext): Promise<Stage> {
    const folder = mkdtempSync(path.join(tmpdir(), 'engine-test-'))
    const catalog = await openCatalog({ file: path.join(folder, 'catalog.db') })
    const stage = new Stage(catalog)
    t.after(async () => {
      await stage.strike()
      await catalog.close()
      rmSync(folder, { recursive: true })
      assert.equal(stage.clock.sleepers, 0, 'something is still asleep')
    })
    return stage
  }

  async strike(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.stop()))
  }

  engine(runner: Runner, but: Partial<EngineOptions> = {}): Engine {
    const runners = Object.fromEntries(KINDS.map((kind) => [kind, runner]))
    const engine = startEngine({
      catalog: this.catalog,
      clock: this.clock,
      log: quiet,
      owner: 'engine-1',
      kinds: KINDS,
      concurrency: 2,
      runners: runners as Record<JobKind, Runner>,
      ...but,
    })
    this.#engines.push(engine)
    return engine
  }

  async add(n: number): Promise<JobId> {
    const detail = {
      kind: 'backup',
      vaultId,
      pointId: parsePointId(uuid(n)),
      pointArn: '',
      tags: {},
    }
    await this.catalog.transaction((tx) =>
      jobs.insert(tx, {
        id: idOf(n),
        kind: 'backup',
        account: parseAccountId('111122223333'),
        region: parseRegionName('eu-west-1'),
        state: 'CREATED',
        detail: { ...detail, kind: 'backup' },
        createdAt: this.clock.now(),
      }),
    )
    return idOf(n)
  }

  async job(n: number): Promise<JobRow> {
    const job = await this.catalog.read((tx) => jobs.byId(tx, idOf(n)))
    assert.ok(job)
    return job
  }

  /** Records a good end, as runners do. */
  readonly complete: Runner = (claim) =>
    this.catalog.transaction(async (tx) => {
      await jobs.start(tx, claim, this.clock.now())
      await jobs.finish(tx, claim, { state: 'COMPLETED', completedAt: this.clock.now() })
    })
}

/** Waits until the signal aborts, then throws its reason. */
export const untilAborted: Runner = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** Something to wait for, and how often it happened. */
export function gate() {
  let count = 0
  let happen: () => void = () => undefined
  let next = new Promise<void>((resolve) => {
    happen = resolve
  })
  return {
    open() {
      count += 1
      happen()
      next = new Promise((resolve) => {
        happen = resolve
      })
    },
    async times(wanted: number) {
      while (count < wanted) await next
    },
  }
}
