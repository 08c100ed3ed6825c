// `--cli-input-json` and `--cli-input-yaml`: a whole input in one argument or file. What stands on
// the command line wins, member by member at the top.

import type { Surroundings } from '../../world/index.ts'
import { generalFailure, parameterFailure, unparsableParameter } from './failure.ts'
import { ParameterFileMissing, readParameterFile } from './parameter-file.ts'
import { isRecord, typeName } from './python.ts'
import { parsePythonJson } from './python-json.ts'

/** The members given that way; none when neither option was used. Throws CommandFailure (252). */
export async function readCliInput(
  given: { json: string | undefined; yaml: string | undefined },
  surroundings: Surroundings,
): Promise<Record<string, unknown>> {
  if (given.json !== undefined && given.yaml !== undefined) {
    throw parameterFailure('Only one --cli-input- parameter may be specified.')
  }
  const kind = given.json === undefined ? 'yaml' : 'json'
  const typed = given.json ?? given.yaml
  if (typed === undefined) return {}
  const text = load(`--cli-input-${kind}`, typed, surroundings)
  const value = kind === 'json' ? readJson(text) : await readYaml(text)
  if (isRecord(value)) return { ...value }
  throw unparsableParameter(
    `--cli-input-${kind}`,
    `Invalid type: expecting map, received ${typeName(value)}`,
  )
}

function load(option: string, typed: string, surroundings: Surroundings): string | Uint8Array {
  try {
    // Read twice, as the reference does: standard input is empty the second time.
    readParameterFile(typed, surroundings)
    return readParameterFile(typed, surroundings) ?? typed
  } catch (error) {
    if (error instanceof ParameterFileMissing) throw unparsableParameter(option, error.message)
    throw error
  }
}

function readJson(given: string | Uint8Array): unknown {
  try {
    return parsePythonJson(typeof given === 'string' ? given : jsonText(given))
  } catch {
    throw unparsableParameter('cli-input-json', 'Invalid JSON received.')
  }
}

async function readYaml(text: string | Uint8Array): Promise<unknown> {
  const { InvalidYaml } = await import('./yaml-text.ts')
  const { parsePythonYaml } = await import('./yaml-values.ts')
  try {
    return parsePythonYaml(text)
  } catch (error) {
    if (!(error instanceof InvalidYaml)) throw generalFailure((error as Error).message, error)
    throw unparsableParameter('cli-input-yaml', 'Invalid YAML received.')
  }
}

// Bytes in the encoding that their first ones tell, as Python reads JSON.
function jsonText(bytes: Uint8Array): string {
  const [first, second] = bytes
  const little = (first === 0xff && second === 0xfe) || (bytes.length > 1 && second === 0)
  const big = (first === 0xfe && second === 0xff) || (bytes.length > 1 && first === 0)
  const encoding = little ? 'utf-16le' : big ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding, { fatal: true }).decode(bytes)
}
