// Every interleaving of "Who keeps a pack": two copies that need one pack, the deletion of the
// point that has it, and two sweeps, each of which may die. Whoever keeps the pack is a Keeper; the
// actors here do to it and to the store what jobs do, and after every step what must never happen
// is looked for. State by state, not by chance.

import assert from 'node:assert/strict'

export type Copy = 'A' | 'B'

/** The keeper of one pack in one vault; each method is one transaction. */
export interface Keeper<Saved> {
  plan(copy: Copy): Promise<'live' | 'wait' | undefined>
  claim(copy: Copy): Promise<'put' | 'live' | 'wait'>
  arrived(copy: Copy): Promise<void>
  /** Records the copy's point and ends it. */
  record(copy: Copy): Promise<void>
  fail(copy: Copy): Promise<void>
  /** The copy's process dies, and its lease runs out. */
  loseLease(copy: Copy): Promise<void>
  /** Another process takes the copy's job. */
  takeUp(copy: Copy): Promise<void>
  /** Deletes the point that names the pack from the beginning. */
  deletePoint(): Promise<void>
  sweepBegin(): Promise<number>
  sweepReady(generation: number): Promise<boolean>
  /** Whether the pack is to be deleted from the store. */
  sweepTake(generation: number): Promise<boolean>
  sweepGone(): Promise<void>
  /** The state of the pack's row. */
  state(): Promise<string>
  save(): Promise<Saved>
  load(saved: Saved): Promise<void>
}

/** What takes part. */
export interface Scene {
  readonly copies: readonly Copy[]
  readonly sweeps: number
  /** How often, in all, a copy's or sweep's process dies, or a copy fails. */
  readonly mishaps: number
  /** Whether the pack is there at first, named by a point that is deleted in the course. */
  readonly pointToDelete: boolean
}

type CopyAt = 'plan' | 'claim' | 'put' | 'arrive' | 'record' | 'done' | 'dead' | 'failed'
type SweepAt = 'begin' | 'take' | 'delete' | 'gone' | 'done'

/** Where everybody is: all of the world that the keeper does not hold. Plain data. */
interface Actors {
  readonly copies: Partial<Record<Copy, CopyAt>>
  readonly sweep: SweepAt
  readonly generation: number
  readonly sweepsLeft: number
  readonly mishapsLeft: number
  readonly pointNamed: boolean
  /** Whether the pack's object is in the store. */
  readonly object: boolean
}

type Step = readonly [name: string, run: () => Promise<Actors | undefined>]

/** Walks every state of the scene and answers how many there are. `same` sees each of them. */
export async function walk<Saved>(
  keeper: Keeper<Saved>,
  scene: Scene,
  same: () => Promise<string>,
): Promise<number> {
  const seen = new Set<string>()
  const first: Actors = {
    copies: Object.fromEntries(scene.copies.map((copy) => [copy, 'plan'])),
    sweep: scene.sweeps > 0 ? 'begin' : 'done',
    generation: 0,
    sweepsLeft: scene.sweeps - 1,
    mishapsLeft: scene.mishaps,
    pointNamed: scene.pointToDelete,
    object: scene.pointToDelete,
  }
  const open = [{ actors: first, saved: await keeper.save(), path: [] as string[] }]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    let moves = 0
    for (const name of stepsOf(keeper, at.actors).map(([step]) => step)) {
      await keeper.load(at.saved)
      const path = [...at.path, name]
      const run = stepsOf(keeper, at.actors).find(([step]) => step === name)?.[1]
      const actors = await told(path, async () => run?.())
      if (actors === undefined) continue
      moves += 1
      await told(path, () => nothingLost(keeper, actors))
      const key = `${JSON.stringify(actors)} ${await same()}`
      if (seen.has(key)) continue
      seen.add(key)
      open.push({ actors, saved: await keeper.save(), path })
    }
    if (moves === 0) {
      await keeper.load(at.saved)
      await told(at.path, () => nothingLeft(keeper, at.actors))
    }
  }
  return seen.size
}

/** A failure names the steps that lead to it: they are its reproduction. */
async function told<T>(path: readonly string[], run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    throw new Error(`after ${path.join(', ')}: ${cause}`, { cause })
  }
}

/** M4, after every step: what a point names or a copy relies on is there, and stays. */
async function nothingLost(keeper: Keeper<unknown>, actors: Actors): Promise<void> {
  const at = Object.values(actors.copies)
  const needed = actors.pointNamed || at.includes('done') || at.includes('record')
  if (needed) {
    assert.ok(actors.object, 'the pack is gone from the store')
    assert.match(await keeper.state(), /live|condemned/)
  }
  // M5: two copies never put the pack at the same time.
  assert.ok(at.filter((place) => place === 'put' || place === 'arrive').length <= 1, 'put twice')
}

/** At the end everybody is through, and one more sweep leaves nothing that nobody needs. */
async function nothingLeft(keeper: Keeper<unknown>, actors: Actors): Promise<void> {
  for (const place of Object.values(actors.copies)) assert.match(place, /done|failed/)
  assert.equal(actors.sweep, 'done')
  const generation = await keeper.sweepBegin()
  assert.ok(await keeper.sweepReady(generation))
  const taken = await keeper.sweepTake(generation)
  if (taken) await keeper.sweepGone()
  const needed = actors.pointNamed || Object.values(actors.copies).includes('done')
  assert.equal(actors.object && !taken, needed)
  assert.equal(await keeper.state(), needed ? 'live' : 'gone')
}

/** What can happen next; a step that changes nothing answers undefined. */
function stepsOf(keeper: Keeper<unknown>, now: Actors): Step[] {
  const steps: Step[] = []
  for (const [copy, at] of Object.entries(now.copies) as [Copy, CopyAt][]) {
    steps.push(...copySteps(keeper, now, { copy, at }))
  }
  if (now.pointNamed) {
    steps.push([
      'delete the point',
      async () => {
        await keeper.deletePoint()
        return { ...now, pointNamed: false }
      },
    ])
  }
  steps.push(...sweepSteps(keeper, now))
  return steps
}

function copySteps(
  keeper: Keeper<unknown>,
  now: Actors,
  { copy, at }: { copy: Copy; at: CopyAt },
): Step[] {
  const to = (place: CopyAt, change: Partial<Actors> = {}): Actors => ({
    ...now,
    ...change,
    copies: { ...now.copies, [copy]: place },
  })
  const forward = async (): Promise<Actors | undefined> => {
    switch (at) {
      case 'plan':
        return to((await keeper.plan(copy)) === 'live' ? 'record' : 'claim')
      case 'claim': {
        const turn = await keeper.claim(copy)
        return turn === 'wait' ? undefined : to(turn === 'put' ? 'put' : 'record')
      }
      case 'put':
        return to('arrive', { object: true })
      case 'arrive':
        await keeper.arrived(copy)
        return to('record')
      case 'record':
        await keeper.record(copy)
        return to('done')
      case 'dead':
        await keeper.takeUp(copy)
        return to('plan')
      case 'done':
      case 'failed':
        return undefined
    }
  }
  const steps: Step[] = [[`${copy} ${at}`, forward]]
  const isRunning = at !== 'done' && at !== 'failed' && at !== 'dead'
  if (!isRunning || at === 'plan' || now.mishapsLeft === 0) return steps
  const mishapsLeft = now.mishapsLeft - 1
  steps.push([
    `${copy} dies before ${at}`,
    async () => {
      await keeper.loseLease(copy)
      return to('dead', { mishapsLeft })
    },
  ])
  steps.push([
    `${copy} fails before ${at}`,
    async () => {
      await keeper.fail(copy)
      return to('failed', { mishapsLeft })
    },
  ])
  return steps
}

function sweepSteps(keeper: Keeper<unknown>, now: Actors): Step[] {
  const over = (change: Partial<Actors> = {}): Actors => ({
    ...now,
    sweep: now.sweepsLeft > 0 ? 'begin' : 'done',
    sweepsLeft: Math.max(now.sweepsLeft - 1, 0),
    ...change,
  })
  const forward = async (): Promise<Actors | undefined> => {
    switch (now.sweep) {
      case 'begin':
        return { ...now, sweep: 'take', generation: await keeper.sweepBegin() }
      case 'take':
        if (!(await keeper.sweepReady(now.generation))) return undefined
        return (await keeper.sweepTake(now.generation)) ? { ...now, sweep: 'delete' } : over()
      case 'delete':
        return { ...now, sweep: 'gone', object: false }
      case 'gone':
        await keeper.sweepGone()
        return over()
      case 'done':
        return undefined
    }
  }
  const steps: Step[] = [[`sweep ${now.sweep}`, forward]]
  // Another sweep can only go on where this one died if there is another one.
  if (now.sweep === 'begin' || now.sweep === 'done' || now.sweepsLeft === 0) return steps
  if (now.mishapsLeft === 0) return steps
  const mishapsLeft = now.mishapsLeft - 1
  steps.push([`sweep dies before ${now.sweep}`, async () => over({ mishapsLeft })])
  return steps
}
