// Goal: an attempt at a compaction that has lost its job and does not know it harms nothing.
// Method: it is held before each of its steps in turn (a transaction, a manifest sealed or
// dropped), another attempt at the same sweep does all there is to do, and then the held one goes
// on with that very step.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { type Claim, jobs } from '../src/catalog/index.ts'
import { type JobContext, jobRunners, startRestore } from '../src/jobs/index.ts'
import { broken, strays } from './crash/invariants.ts'
import { makeTree } from './crash/job-crash.ts'
import { evidenceOf, HOME, JobWorld } from './crash/job-world.ts'
import { deleteNth, pointsIn, sparsePacks } from './crash/scenes.ts'
import { SimDisk } from './sim/disk.ts'
import { temporaryFolder } from './trees/temporary-folder.ts'

const NOBODY = { jobs: [], deleted: [] }
/** A lease so short that the next look at the clock finds it over. */
const LEASE_MS = 1
/** A compaction of fewer steps than this has not done what its name says. */
const STEPS_MIN = 15

test('a compaction that is overtaken before any of its steps harms nothing by doing it again', async () => {
  let steps = 0
  for (let held = 1; ; held += 1) {
    using folder = temporaryFolder()
    const wasHeld = await overtakenAt(held, folder.path)
    if (!wasHeld) break
    steps = held
  }
  assert.ok(steps >= STEPS_MIN, `${steps} steps`)
})

/** False when the attempt has fewer steps. */
async function overtakenAt(held: number, folder: string): Promise<boolean> {
  const puts: string[] = []
  const tree = path.join(folder, 'tree')
  const options = { disk: new SimDisk(), catalogFile: path.join(folder, 'catalog.db'), tree, puts }
  makeTree(tree)
  const world = await JobWorld.open(options)
  try {
    await sparsePacks(world)
    await deleteNth(world, NOBODY, 0)
    // The deletion, and no sweep yet.
    const deletion = await claimed(world, 'delete')
    await run(world.context, deletion)

    const gate = new Gate(held)
    const stale = await claimed(world, 'sweep')
    const end = run(gated(world.context, gate), stale)
    const settled = end.then(
      () => undefined,
      (error: unknown) => error,
    )
    const wasHeld = await Promise.race([gate.reached.then(() => true), settled.then(() => false)])
    if (wasHeld) await world.runAll()
    gate.open()
    const error = await settled
    if (wasHeld) assert.equal(error instanceof Error && error.name, 'LeaseLost', `step ${held}`)
    else assert.equal(error, undefined)

    await world.runAll()
    await world.sweep(HOME, 'daily')
    const [left] = await pointsIn(world, HOME, 'daily')
    assert.ok(left)
    const target = path.join(folder, 'restored')
    const metadata = { 'copyhold:path': target }
    await startRestore(world.admission, { from: HOME, pointArn: left.arn, metadata })
    await world.runAll()
    assert.deepEqual(contentsOf(target), contentsOf(tree), `step ${held}`)
    // A generation that was sealed and superseded may be sealed again; it counts for nothing.
    const packsPut = puts.filter((name) => name.includes('/packs/'))
    const evidence = { ...(await evidenceOf(options)), puts: packsPut }
    assert.deepEqual([...broken(evidence), ...strays(evidence)], [], `step ${held}`)
    return wasHeld
  } finally {
    await world.close()
  }
}

async function claimed(world: JobWorld, kind: 'delete' | 'sweep'): Promise<Claim> {
  const { catalog, clock } = world.context
  const by = { owner: 'the first', leaseMs: LEASE_MS, kinds: [kind], now: clock.now() }
  const claim = await catalog.transaction((tx) => jobs.claim(tx, by))
  assert.ok(claim, kind)
  return claim
}

function run(context: JobContext, claim: Claim): Promise<void> {
  const { signal } = new AbortController()
  return jobRunners(context)[claim.job.kind](claim, {
    signal,
    attempt: claim.job.attempt,
    stopRequested: () => false,
  })
}

/** Lets steps pass but one, which waits until it is opened. */
class Gate {
  readonly #held: number
  readonly #reached = Promise.withResolvers<void>()
  readonly #opened = Promise.withResolvers<void>()
  #steps = 0

  constructor(held: number) {
    this.#held = held
  }

  get reached(): Promise<void> {
    return this.#reached.promise
  }

  open(): void {
    this.#opened.resolve()
  }

  async step(): Promise<void> {
    this.#steps += 1
    if (this.#steps !== this.#held) return
    this.#reached.resolve()
    await this.#opened.promise
  }
}

/** The same, where every transaction and every change of a manifest or a map is a step. */
function gated(context: JobContext, gate: Gate): JobContext {
  const { catalog, vaults } = context
  const slow = <Each extends object>(each: Each, names: readonly (keyof Each)[]): Each =>
    new Proxy(each, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        if (!names.includes(name as keyof Each)) return value.bind(target)
        return async (...given: unknown[]) => {
          await gate.step()
          return value.apply(target, given)
        }
      },
    })
  return {
    ...context,
    catalog: slow(catalog, ['transaction']),
    vaults: {
      ...vaults,
      open: async (row, admission) => {
        const open = await vaults.open(row, admission)
        return slow(open, ['resealManifest', 'dropOlderManifests'])
      },
    },
  }
}

function contentsOf(folder: string) {
  return readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'hex')])
}
