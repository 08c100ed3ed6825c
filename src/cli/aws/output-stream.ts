// Where an answer goes: standard output, or on a terminal the user's pager, started with the first
// words. A pager that ends early or badly is no failure; one that cannot start is.

import type { Program } from '../../world/index.ts'
import type { Host } from '../host.ts'
import type { Configuration } from './configuration.ts'
import { CommandFailure, EXIT } from './failure.ts'
import type { Encode } from './output-encoding.ts'
import type { GlobalValues } from './settings.ts'
import { splitWords } from './words.ts'

export interface OutputStream {
  write(text: string): void
  /** Whether what is written goes to a pager. */
  readonly paged: boolean
  /** Resolves when the pager ended. Throws CommandFailure (253) when it could not start. */
  close(): Promise<void>
}

/** The pager's command line; undefined where nothing is paged. */
export function findPager(
  host: Pick<Host, 'terminal' | 'surroundings'>,
  values: GlobalValues,
  configuration: Configuration,
): string | undefined {
  if (!host.terminal.outIsTerminal || values.get('no-cli-pager') === true) return undefined
  const { surroundings } = host
  const pager =
    configuration.either(['AWS_PAGER'], 'cli_pager') ?? surroundings.variable('PAGER') ?? 'less'
  return pager === '' ? undefined : pager
}

/** Opens the way out; nothing is started before something is written. A pager gets UTF-8. */
export function openOutputStream(
  host: Pick<Host, 'terminal' | 'surroundings'>,
  pager: string | undefined,
  encode: Encode = (text) => text,
): OutputStream {
  if (pager === undefined) {
    return { paged: false, write: (text) => host.terminal.out(encode(text)), close: async () => {} }
  }
  let program: Promise<Program> | undefined
  // Swallowed here, thrown by close().
  let written: Promise<unknown> = Promise.resolve()
  return {
    paged: true,
    write(text) {
      program ??= startPager(host, pager)
      const started = program
      written = written.then(async () => (await started).write(text)).catch(() => {})
    },
    async close() {
      if (!program) return
      await written
      await (await program).end()
    },
  }
}

async function startPager(
  { surroundings }: Pick<Host, 'surroundings'>,
  pager: string,
): Promise<Program> {
  const command = splitWords(pager)
  const env = { LESS: 'FRX', ...surroundings.variables() }
  try {
    return await surroundings.startProgram(command, { env, input: 'pipe', output: 'inherit' })
  } catch (error) {
    const name = command[0] ?? ''
    const { code } = error as NodeJS.ErrnoException
    const why = PYTHON_ERRORS[code ?? ''] ?? (error as Error).message
    const message =
      'Unable to redirect output to pager. Received the following error when opening pager:\n' +
      `${why}: '${name}'\n\n` +
      'Learn more about configuring the output pager by running "aws help config-vars".'
    throw new CommandFailure(message, EXIT.configuration, { code: 'Pager', cause: error })
  }
}

const PYTHON_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: '[Errno 2] No such file or directory',
  EACCES: '[Errno 13] Permission denied',
}
