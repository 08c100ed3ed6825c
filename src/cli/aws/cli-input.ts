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

function load(option: string, typed: string, surroundings: Surroundings): string {
  try {
    // Read twice, as the reference does: standard input is empty the second time.
    readParameterFile(typed, surroundings)
    const loaded = readParameterFile(typed, surroundings) ?? typed
    return typeof loaded === 'string' ? loaded : new TextDecoder().decode(loaded)
  } catch (error) {
    if (error instanceof ParameterFileMissing) throw unparsableParameter(option, error.message)
    throw error
  }
}

function readJson(text: string): unknown {
  try {
    return parsePythonJson(text)
  } catch {
    throw unparsableParameter('cli-input-json', 'Invalid JSON received.')
  }
}

async function readYaml(text: string): Promise<unknown> {
  const { InvalidYaml, parsePythonYaml } = await import('./yaml-values.ts')
  try {
    return parsePythonYaml(text)
  } catch (error) {
    if (!(error instanceof InvalidYaml)) throw generalFailure((error as Error).message, error)
    throw unparsableParameter('cli-input-yaml', 'Invalid YAML received.')
  }
}
