// Builds dist/: the program in few files that start quickly, and a stamp of what they were built
// from, by which the launcher knows a stale build. Run by `npm install` (as `prepare`) and by
// `npm run build`. Plain JavaScript, because an installation without the development dependencies
// has an older Node and no bundler: that is no mistake, the program then runs from src/.

import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const home = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const MODEL = path.join(home, 'src', 'wire', 'service-model.ts')

/** Packages the server needs and the command line does not: they stay in node_modules. */
const SERVER_PACKAGES = [
  '@napi-rs/blake-hash',
  'fastify',
  'koffi',
  'kysely',
  'pino',
  'prom-client',
  'zod',
  /^node:/,
]

/**
 * What every call of an operation loads: one file, since each costs. The rest is split as it is
 * imported; nothing breaks when a module is missing here, the start is only a little slower.
 */
const CALL = new RegExp(
  [
    'cli/aws/(?!yaml-|output-(yaml|table|text)|query|debug|instance|sdk|character)',
    'cli/auto-prompt/(run|mode|questions)\\.',
    'cli/jobs/(waiting|follow|snapshot|kinds|progress-figures)\\.',
    'wire/(index|service-model|client/(?!sign))',
  ]
    .map((part) => `/src/${part}`)
    .join('|'),
)

/**
 * Builds into `folder`, all at once: nobody ever sees half a build. With `maps`, source maps lie
 * beside the same files, which do not name them.
 */
export async function build(folder, { maps = false } = {}) {
  const { rolldown } = await import('rolldown')
  const fresh = `${folder}.${process.pid}`
  const table = await modelTable()
  const bundle = await rolldown({
    input: {
      main: path.join(home, 'src', 'main.ts'),
      'worker-thread': path.join(home, 'src', 'assembly', 'worker-thread.ts'),
      'side-thread': path.join(home, 'src', 'assembly', 'side-thread.ts'),
    },
    platform: 'node',
    external: (id) => SERVER_PACKAGES.some((name) => (name.test ? name.test(id) : id === name)),
    plugins: [compactModel(table), builtThreads('cjs')],
    // No module of ours does anything by being loaded, so a door brings only what is asked of it.
    treeshake: {
      moduleSideEffects: (id) => !id.startsWith(path.join(home, 'src')) && id !== 'pino',
    },
    preserveEntrySignatures: false,
    // Imports that are both static and lazy are said to have no effect: they need none.
    checks: { ineffectiveDynamicImport: false },
    logLevel: 'warn',
  })
  const { output } = await bundle.write({
    dir: fresh,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    minify: true,
    sourcemap: maps && 'hidden',
    // Stacks stay readable by name; nothing else is lost.
    keepNames: true,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: 'call', test: CALL }],
    },
  })
  await bundle.close()
  writeFileSync(path.join(fresh, 'stamp.json'), JSON.stringify(stampOf(output)))
  mkdirSync(path.dirname(folder), { recursive: true })
  rmSync(folder, { recursive: true, force: true })
  renameSync(fresh, folder)
  return output
}

/** The assembled service model in one line. */
async function modelTable() {
  const { model } = await import(pathToFileURL(MODEL).href)
  return JSON.stringify(model)
}

// What service-model.ts assembles at every start, assembled once.
function compactModel(table) {
  return {
    name: 'compact-model',
    load(id) {
      if (id !== MODEL) return undefined
      const source = readFileSync(id, 'utf8')
        .replace(/^import .* from '\.\/model\/.*\n/gm, '')
        .replace('= assemble()', `= JSON.parse(${JSON.stringify(table)})`)
        .replace(/^function assemble\(\)[\s\S]*?^}\n/m, '')
      if (/assemble|additions\./.test(source.replace(/^\/\/.*$/gm, '').slice(0, 2000))) {
        throw new Error('service-model.ts no longer looks as the build expects')
      }
      return { code: source, moduleType: 'ts' }
    },
  }
}

/** The threads' files have other names once they are built. */
export function builtThreads(extension) {
  return {
    name: 'built-threads',
    transform(code, id) {
      if (!/[\\/]assembly[\\/](worker|side)\.ts$/.test(id)) return undefined
      const built = code.replace(/'\.\/(worker|side)-thread\.ts'/g, `'./$1-thread.${extension}'`)
      // Lines stay where they are.
      return { code: built, map: null }
    },
  }
}

// Every file of the project that is in the build, with its size and time, and what says which
// packages were installed. What only the server needs is apart: a call need not look at it.
function stampOf(output) {
  const modules = new Set(output.flatMap((chunk) => chunk.moduleIds ?? []))
  const own = [...modules].filter((id) => id.startsWith(path.join(home, 'src') + path.sep))
  const models = ['additions.json', 'backup-2018-11-15.json'].map((name) =>
    path.join(home, 'src', 'wire', 'model', name),
  )
  const files = [...own, ...models, path.join(home, 'node_modules', '.package-lock.json')]
  const entries = files.sort().map((file) => {
    const { size, mtimeMs } = statSync(file)
    return [path.relative(home, file), size, mtimeMs]
  })
  const isServer = ([file]) => !/^(node_modules|src\/(main|cli|wire|world|model)\b)/.test(file)
  return {
    cli: entries.filter((entry) => !isServer(entry)),
    server: entries.filter(isServer),
  }
}

async function main() {
  try {
    await build(path.join(home, 'dist'))
  } catch (error) {
    // An installation must not fail for want of speed.
    if (process.env.npm_lifecycle_event !== 'prepare') throw error
    process.stdout.write(`Not built, so the program runs from src/: ${error.message}\n`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
