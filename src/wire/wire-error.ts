// A request refused by the wire itself, before any operation saw it: unreadable, unroutable,
// unsigned, or against the service model. Already in AWS's words; what operations refuse is an
// `Answer`, spelled by `texts.ts`.

/** Carries the shape and status that go on the wire as they are. */
export class WireError extends Error {
  readonly shape: string
  readonly status: number
  constructor(error: { shape: string; status: number; message: string }, options?: ErrorOptions) {
    super(error.message, options)
    this.name = 'WireError'
    this.shape = error.shape
    this.status = error.status
  }
}
