// The door within the door to what a development server does on purpose: another time, and faults.

export { parseClockMove } from './clock-move.ts'
export type { Fault, FaultMatch } from './fault.ts'
export { FAULT_NAMES, faultFailure, SLOW, strikes, TROUBLE } from './fault.ts'
export { parseFault } from './fault-request.ts'
export type { PublishedFailureCode } from './published-failure.ts'
export { PUBLISHED_FAILURES } from './published-failure.ts'
