// What every contestant is asked to do, in this order, and what they all work on.

export const PHASES = [
  'first copy',
  'no-op copy',
  'incremental copy',
  'reencrypt copy',
  'backup',
  'no-op backup',
  'restore',
  'verify',
] as const

export type Phase = (typeof PHASES)[number]

/** What must have been done in the same round before. */
export const PHASE_BEFORE: Readonly<Partial<Record<Phase, Phase>>> = {
  'no-op copy': 'first copy',
  'incremental copy': 'first copy',
  'no-op backup': 'backup',
}

/** The folders of one data set; what is prepared before the first round is never written again. */
export interface Ground {
  readonly set: string
  /** Holds everything of the set; removed at the end. */
  readonly folder: string
  /** The data, already changed; backed up once before and once after its change. */
  readonly data: string
  /** What Copyhold's source vault had in its folder after the first and the second backup. */
  readonly packs: { readonly before: string; readonly after: string }
}
