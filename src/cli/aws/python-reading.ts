// How Python takes what the body of an answer holds.

import type { AnswerReading } from '../../wire/index.ts'
import { bareTypeName, PythonFloat, show, toInteger } from './python.ts'
import { parsePythonJson } from './python-json.ts'

/** Numbers with a point stay apart from integers; what is unexpected is named as Python does. */
export const pythonReading: AnswerReading = {
  json: parsePythonJson,
  integer: toInteger,
  number(value) {
    if (value instanceof PythonFloat) return value.value
    return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : undefined
  },
  typeName: bareTypeName,
  show,
}
