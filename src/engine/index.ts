// The door of the engine: it takes jobs from the catalog by lease and has them run.

export type { Engine, EngineOptions, Runner, RunnerContext } from './engine.ts'
export { StopRequested, startEngine } from './engine.ts'
