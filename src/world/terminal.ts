// The terminal of a command: where its answer goes, where its messages go, what it is like.
// Writing never fails: a reader that went away (a closed pipe) is not the command's trouble.

import { writeSync } from 'node:fs'

export interface Terminal {
  /** Writes to standard output, unchanged. */
  out(text: string | Uint8Array): void
  /** Writes to standard error, unchanged. */
  err(text: string): void
  /** Whether standard input is a terminal: somebody can be asked. */
  readonly inIsTerminal: boolean
  /** Whether standard output is a terminal. */
  readonly outIsTerminal: boolean
  /** Whether standard error is a terminal. */
  readonly errIsTerminal: boolean
  /** Columns of the terminal; 80 where there is none. */
  columns(): number
  /** Standard error as a stream, for libraries that draw on it. */
  readonly errStream: NodeJS.WritableStream
  /**
   * Calls `handler` with every key that is pressed, until the answer is called; Ctrl-C comes as
   * `\x03` then. Absent where no keyboard is.
   */
  readonly onKey?: (handler: (key: string) => void) => () => void
}

export const systemTerminal: Terminal = {
  out: (text) => write(1, text),
  err: (text) => write(2, text),
  get inIsTerminal() {
    return process.stdin.isTTY === true
  },
  get outIsTerminal() {
    return process.stdout.isTTY === true
  },
  get errIsTerminal() {
    return process.stderr.isTTY === true
  },
  // A terminal that does not know its width says 0.
  columns: () => process.stdout.columns || process.stderr.columns || DEFAULT_COLUMNS,
  get errStream() {
    return process.stderr
  },
  ...(process.stdin.isTTY === true ? { onKey: readKeys } : {}),
}

function readKeys(handler: (key: string) => void): () => void {
  const { stdin } = process
  const onData = (bytes: Buffer) => handler(bytes.toString())
  stdin.setRawMode(true)
  stdin.on('data', onData)
  stdin.resume()
  return () => {
    stdin.off('data', onData)
    stdin.pause()
    stdin.setRawMode(false)
  }
}

/** Width assumed where nobody can say. */
const DEFAULT_COLUMNS = 80

function write(descriptor: number, text: string | Uint8Array): void {
  let rest = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EPIPE') return
      if (code !== 'EAGAIN') throw error
    }
  }
}
