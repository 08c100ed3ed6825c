// The engines of a worker: one moves bytes, one clears up, one verifies. A copy may wait for a
// sweep to be done with a pack, and a sweep for copies, so neither kind may take all the turns of
// the other; verifications read for hours, and few of them keep a disk busy.

import type { Engine, EngineOptions } from '../engine/index.ts'
import { startEngine } from '../engine/index.ts'
import type { JobKind } from '../model/index.ts'

/** Jobs that run at the same time in one engine. */
const JOBS_AT_ONCE = 10
const VERIFICATIONS_AT_ONCE = 2

const TURNS = [
  { kinds: ['backup', 'copy', 'restore', 'cool'], concurrency: JOBS_AT_ONCE },
  { kinds: ['expire', 'delete', 'purge', 'sweep'], concurrency: JOBS_AT_ONCE },
  { kinds: ['verify'], concurrency: VERIFICATIONS_AT_ONCE },
] as const

/** All of them as one. */
export interface Engines extends Pick<Engine, 'stop'> {
  /** Looks for work now: for jobs of that kind, or for all. */
  wake(kind?: JobKind): void
}

/** Begins to take and run jobs; `copiesAtOnce` is asked at each look. */
export function startEngines(
  options: Pick<
    EngineOptions,
    'catalog' | 'clock' | 'log' | 'owner' | 'runners' | 'clearUp' | 'quotas'
  > & { copiesAtOnce(): number | undefined },
): Engines {
  const { copiesAtOnce, ...each } = options
  const atOnce: EngineOptions['atOnce'] = (kind) => (kind === 'copy' ? copiesAtOnce() : undefined)
  const engines = TURNS.map(({ kinds, concurrency }) => ({
    kinds: new Set<JobKind>(kinds),
    engine: startEngine({
      ...each,
      owner: `${options.owner}-${kinds[0]}`,
      kinds,
      concurrency,
      atOnce,
    }),
  }))
  return {
    wake: (kind) => {
      for (const { kinds, engine } of engines) if (!kind || kinds.has(kind)) engine.wake()
    },
    stop: async () => {
      await Promise.all(engines.map(({ engine }) => engine.stop()))
    },
  }
}
