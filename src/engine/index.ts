// The door of the engine: it takes jobs from the catalog by lease and has them run.

export { EngineStopping, StopRequested } from './attempt.ts'
export type { Engine, EngineOptions, Runner, RunnerContext } from './engine.ts'
export { startEngine } from './engine.ts'
