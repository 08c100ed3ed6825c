// How a command of the AWS kind ends when it does not succeed: an exit code, and a message that
// `error-output.ts` spells on standard error.

/** Codes of AWS's command line (its version 2). */
export const EXIT = {
  success: 0,
  interrupted: 130,
  /** Arguments, parameters, their files. */
  usage: 252,
  /** Region, credentials, settings. */
  configuration: 253,
  /** The service answered with an error. */
  service: 254,
  /** Everything else. */
  general: 255,
} as const

/** Kinds that AWS's command line gives a code inside the message. */
export type FailureCode =
  | 'ParamValidation'
  | 'Configuration'
  | 'NoRegion'
  | 'NoCredentials'
  | 'Pager'

export class CommandFailure extends Error {
  readonly exitCode: number
  readonly code: FailureCode | undefined
  constructor(
    message: string,
    exitCode: number,
    options?: { code?: FailureCode; cause?: unknown },
  ) {
    super(message, { cause: options?.cause })
    this.name = 'CommandFailure'
    this.exitCode = exitCode
    this.code = options?.code
  }
}

/** An argument or parameter that is not right. */
export function parameterFailure(message: string, cause?: unknown): CommandFailure {
  return new CommandFailure(message, EXIT.usage, { code: 'ParamValidation', cause })
}

/** A parameter whose text cannot be understood. `option` is spelled as in the message. */
export function unparsableParameter(option: string, why: string): CommandFailure {
  return parameterFailure(`Error parsing parameter '${option}': ${why}`)
}

/** Anything that has no code of its own. */
export function generalFailure(message: string, cause?: unknown): CommandFailure {
  return new CommandFailure(message, EXIT.general, { cause })
}

/** Arguments that no option takes; spelled after the usage. */
export class UnknownOptions extends CommandFailure {
  constructor(options: readonly string[]) {
    super(`Unknown options: ${options.join(', ')}`, EXIT.usage)
    this.name = 'UnknownOptions'
  }
}

/** A mistake the argument parser found; spelled with the usage behind it. */
export class UsageFailure extends CommandFailure {
  /** The argument it is about, where it is missing or none of its choices. */
  readonly argument: string | undefined
  /** What was given instead. */
  readonly given: string | undefined
  constructor(message: string, about: { argument?: string | undefined; given?: string } = {}) {
    super(`${message}\n\n${USAGE}`, EXIT.usage, { code: 'ParamValidation' })
    this.argument = about.argument
    this.given = about.given
  }
}

/** A mistake the argument parser found. */
export function usageFailure(
  message: string,
  about?: { argument?: string | undefined; given?: string },
): UsageFailure {
  return new UsageFailure(message, about)
}

export const USAGE = `usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help
`
