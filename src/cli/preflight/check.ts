// What one check before a copy is, and how one is made.

import type { Lifecycle } from '../../model/index.ts'
import type { Scene } from './scene.ts'

export type Verdict = 'pass' | 'fail' | 'unknown'

/** One thing that will be checked. */
export interface Check {
  readonly id: string
  readonly title: string
  readonly verdict: Verdict
  /** What was found, or why nothing can be known. */
  readonly detail: string
  /** Where a failure would show: the request is refused, or the job fails. */
  readonly wouldFail?: 'request' | 'job'
  /** The article of the catalogue about it. */
  readonly article?: string
}

/** Makes checks of one title and article. */
export function checkOf(id: string, title: string, article?: string) {
  const base = { id, title, ...(article === undefined ? {} : { article }) }
  return {
    pass: (detail: string): Check => ({ ...base, verdict: 'pass', detail }),
    unknown: (detail: string): Check => ({ ...base, verdict: 'unknown', detail }),
    fail: (detail: string, wouldFail: 'request' | 'job'): Check => ({
      ...base,
      verdict: 'fail',
      detail,
      wouldFail,
    }),
  }
}

/** The lifecycle of the source, as far as it was seen. */
export function sourceLifecycle({ point }: Scene): Lifecycle | undefined {
  return point.is === 'answer' ? (point.answer.Lifecycle as Lifecycle | undefined) : undefined
}
