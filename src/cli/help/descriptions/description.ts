// The form of a full description of an operation or of a command of our own.

export interface Description {
  /** Paragraphs that follow the one sentence: the purpose, and what happens. */
  readonly about: readonly string[]
  /** What options mean here, by the member's AWS name; others have the meaning they have always. */
  readonly options?: Readonly<Record<string, string>>
  readonly examples: readonly Example[]
  readonly failures?: readonly Failure[]
}

export interface Example {
  /** What it does, ending in a colon's place: `Copy into another Region`. */
  readonly what: string
  /** As it is typed; further lines are indented by their own spaces. */
  readonly command: string
}

/** What can go wrong. */
export interface Failure {
  /** What is seen: an error's name or a job's message. */
  readonly sign: string
  readonly meaning: string
}
