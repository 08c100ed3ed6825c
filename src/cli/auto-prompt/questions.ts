// What a form can ask. The real one draws on the terminal; tests answer by themselves.

/** Ctrl-C: the form is left. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

export interface Choice {
  readonly value: string
  /** How it is shown; its value when left out. */
  readonly name?: string
  /** More about it, shown while it is the one pointed at. */
  readonly about?: string
  /** Offered whatever is typed. */
  readonly always?: boolean
}

/** Every question throws Interrupted on Ctrl-C. */
export interface Asker {
  /** One of the choices, narrowed down by typing. */
  choose(question: string, choices: readonly Choice[]): Promise<string>
  /** A line of text. */
  type(question: string, options?: { required?: boolean; hint?: string }): Promise<string>
  confirm(question: string): Promise<boolean>
  /** Says something between questions. */
  note(text: string): void
}
