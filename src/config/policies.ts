// The policy documents of a configuration, read by the grammar of access/.

import { type Policy, type PolicyKind, parsePolicyDocument } from '../access/index.ts'
import type { Mistakes, Place } from './mistakes.ts'

/** Reads policy documents; one that is wrong is a mistake, and denies everything meanwhile. */
export class Policies {
  readonly #mistakes: Mistakes

  constructor(mistakes: Mistakes) {
    this.#mistakes = mistakes
  }

  read(document: unknown, use: { kind: PolicyKind; name: string; place: Place }): Policy {
    const { kind, name, place } = use
    const parsed = parsePolicyDocument(document, { kind, name })
    if (parsed.policy) return parsed.policy
    for (const { path, problem } of parsed.problems) this.#mistakes.add(place, `${path} ${problem}`)
    return { kind, name, version: '2012-10-17', statements: [] }
  }

  readAll(
    documents: readonly unknown[],
    use: { kind: PolicyKind; name: string; place: Place },
  ): Policy[] {
    return documents.map((document, i) =>
      this.read(document, {
        ...use,
        name: documents.length === 1 ? use.name : `${use.name} (${i + 1})`,
        place: [...use.place, i],
      }),
    )
  }
}
