// Loads the program on a Node that can. Apart from the launcher, because an old Node cannot even
// read the word `import`.

import { pathToFileURL } from 'node:url'

/** Runs the program's main file; `fail` is told in one line when it does not load. */
export function start(program, fail) {
  import(pathToFileURL(program).href).catch((error) => {
    const message = String(error?.message ?? error).split('\n', 1)[0]
    if (process.env.COPYHOLD_DEBUG) process.stderr.write(`${error?.stack}\n`)
    fail(`cannot start: ${message}`)
  })
}
