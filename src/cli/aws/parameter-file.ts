// Parameters that name a file: `file://` for text, `fileb://` for bytes.

import type { Surroundings } from '../../world/index.ts'
import { withVariables } from './configuration.ts'
import { CommandFailure, generalFailure } from './failure.ts'

/** The file cannot be read; the message is AWS's. */
export class ParameterFileMissing extends Error {
  override readonly name = 'ParameterFileMissing'
}

/** The content of the file `text` names; undefined when it names none. */
export function readParameterFile(
  text: string,
  surroundings: Surroundings,
): string | Uint8Array | undefined {
  const scheme = /^fileb?:\/\//.exec(text)?.[0]
  if (scheme === undefined) return undefined
  const path = expand(text.slice(scheme.length), surroundings)
  try {
    const bytes = surroundings.readFile(path)
    if (scheme === 'fileb://') return bytes
    // Lines end in one way, as in any file that Python reads as text.
    return decoderFor(surroundings)(bytes).replace(/\r\n?/g, '\n')
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    if (error instanceof TypeError) {
      throw new ParameterFileMissing(
        `Unable to load paramfile (${path}), text contents could not be decoded.  If this is a ` +
          'binary file, please use the fileb:// prefix instead of the file:// prefix.',
        { cause: error },
      )
    }
    throw new ParameterFileMissing(
      `Unable to load paramfile ${text}: ${describe(error as NodeJS.ErrnoException, path)}`,
      { cause: error },
    )
  }
}

// `AWS_CLI_FILE_ENCODING` by Python's names for encodings. Throws TypeError for bytes of another.
function decoderFor(surroundings: Surroundings): (bytes: Uint8Array) => string {
  const given = surroundings.variable('AWS_CLI_FILE_ENCODING')
  const named = (given ?? 'utf-8').toLowerCase().replaceAll('_', '-')
  if (/^(latin-?1|iso-?8859-1|l1|8859)$/.test(named)) {
    return (bytes) => Buffer.from(bytes).toString('latin1')
  }
  if (/^(us-)?ascii$|^646$/.test(named)) return decodeAscii
  if (/^utf-?16$/.test(named)) return decodeWithMark
  const label = named
    .replace(/^utf-8-sig$/, 'utf-8')
    .replace(/^mac-roman$/, 'macintosh')
    .replace(/^utf-16-(?=[bl]e$)/, 'utf-16')
  try {
    const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: named !== 'utf-8-sig' })
    return (bytes) => decoder.decode(bytes)
  } catch (error) {
    throw generalFailure(`unknown encoding: ${given}`, error)
  }
}

function decodeAscii(bytes: Uint8Array): string {
  if (bytes.some((byte) => byte > 0x7f)) throw new TypeError('not ASCII')
  return Buffer.from(bytes).toString('latin1')
}

// The mark at the beginning says in which order the bytes stand.
function decodeWithMark(bytes: Uint8Array): string {
  const order =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'be'
        : ''
  if (order === '' && bytes.length > 0) throw new TypeError('no mark')
  return new TextDecoder(`utf-16${order}`, { fatal: true }).decode(bytes)
}

function expand(path: string, surroundings: Surroundings): string {
  const home = surroundings.variable('HOME') ?? surroundings.homeFolder
  const absolute = path.replace(/^~([^/]*)/, (whole, user: string) => {
    return user === '' ? home : (homeOf(user, surroundings) ?? whole)
  })
  return withVariables(surroundings, absolute)
}

// The folder of another user of this machine.
function homeOf(user: string, surroundings: Surroundings): string | undefined {
  if (!surroundings.exists(USERS)) return undefined
  const lines = new TextDecoder().decode(surroundings.readFile(USERS)).split('\n')
  return lines.map((line) => line.split(':')).find(([name]) => name === user)?.[5]
}

const USERS = '/etc/passwd'

// The system's errors with the numbers and words scripts look for.
function describe(error: NodeJS.ErrnoException, path: string): string {
  const known: Readonly<Record<string, string>> = {
    ENOENT: '[Errno 2] No such file or directory',
    EACCES: '[Errno 13] Permission denied',
    EISDIR: '[Errno 21] Is a directory',
    ENOTDIR: '[Errno 20] Not a directory',
  }
  const text = known[error.code ?? '']
  return text === undefined ? error.message : `${text}: '${path}'`
}
