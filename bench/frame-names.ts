// What a frame of a CPU profile is called: by the source maps beside the built program, the place
// in src/ instead of the place in dist/; and whose code it is.

import fs from 'node:fs'
import { SourceMap } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export interface CallFrame {
  readonly functionName: string
  readonly url: string
  /** Both count from zero. */
  readonly lineNumber: number
  readonly columnNumber: number
}

/**
 * Whose code it is. `native` was called from JavaScript and has a name; `program` is all other
 * machine code of the thread.
 */
export type FrameKind = 'own' | 'package' | 'node' | 'native' | 'gc' | 'program'

export interface FrameName {
  readonly name: string
  /** File and line, module or package; empty where there is none. */
  readonly place: string
  readonly kind: FrameKind
  /** Frames of one owner that is not us are one frame when they call each other. */
  readonly owner: string
}

export type NameFrame = (frame: CallFrame) => FrameName

/** Where a function lies, and the word that stands there; undefined if the build has no map. */
type FindOrigin = (built: CallFrame) => { file: string; line: number; word: string } | undefined

const GARBAGE_COLLECTOR = '(garbage collector)'
const PROGRAM = '(program)'
const INTO_WEBASSEMBLY = 'js-to-wasm'
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\//

/** Names frames of the program built into `dist` with maps, from sources below `home`. */
export function frameNames(dist: string, home: string): NameFrame {
  return frameNamer(originsOf(dist, home))
}

export function frameNamer(findOrigin: FindOrigin): NameFrame {
  return (frame) => {
    const { functionName, url } = frame
    if (functionName === GARBAGE_COLLECTOR) return ours('garbage collector', '', 'gc')
    if (functionName === PROGRAM) return ours('other native code', '', 'program')
    if (url.startsWith('wasm:') || functionName === INTO_WEBASSEMBLY)
      return ours('WebAssembly', '', 'native')
    if (url === '') return ours(functionName, '', 'native')
    if (url.startsWith('node:')) return foreign(functionName, url, 'node')
    const origin = findOrigin(frame)
    const file = origin?.file ?? url
    const [, packageName] = PACKAGE.exec(file) ?? []
    if (packageName) return foreign(functionName, packageName, 'package')
    const line = origin?.line ?? frame.lineNumber + 1
    const place = `${origin ? file : path.posix.basename(file)}:${line}`
    return ours(nameOf(functionName, origin?.word) ?? path.posix.basename(place), place, 'own')
  }
}

function ours(name: string, place: string, kind: FrameKind): FrameName {
  return { name, place, kind, owner: '' }
}

function foreign(functionName: string, from: string, kind: 'package' | 'node'): FrameName {
  const module = from.replace(/^node:(internal\/)?/, '')
  const name = functionName === '' ? module : `${module}: ${functionName}`
  return { name, place: from, kind, owner: kind === 'node' ? 'node' : from }
}

/** Private names are shortened by the build, and names that two files share get a number. */
function nameOf(functionName: string, word: string | undefined): string | undefined {
  if (functionName.includes('#')) return word?.startsWith('#') ? word : functionName
  return functionName.replace(/\$\d+$/, '') || undefined
}

function originsOf(dist: string, home: string): FindOrigin {
  const maps = new Map<string, SourceMap | undefined>()
  return ({ url, lineNumber, columnNumber }) => {
    if (!url.startsWith('file:')) return undefined
    const built = fileURLToPath(url)
    if (path.dirname(built) !== dist) return undefined
    if (!maps.has(built)) maps.set(built, mapOf(`${built}.map`))
    // It counts from one.
    const origin = maps.get(built)?.findOrigin(lineNumber + 1, columnNumber + 1)
    if (!origin || !('fileName' in origin)) return undefined
    const file = path.relative(home, path.resolve(dist, origin.fileName))
    return { file, line: origin.lineNumber, word: origin.name ?? '' }
  }
}

function mapOf(file: string): SourceMap | undefined {
  if (!fs.existsSync(file)) return undefined
  return new SourceMap(JSON.parse(fs.readFileSync(file, 'utf8')))
}
