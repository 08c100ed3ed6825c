// A process of its own that exchanges two names in a file system over and over, in one step each
// (`renameat2` with RENAME_EXCHANGE), as somebody would who wants to be where he may not.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'

const SCRIPT = `
  const koffi = require(process.argv[1])
  const libc = koffi.load(null)
  const exchange = libc.func('int renameat2(int, str, int, str, uint32_t)')
  const [here, there] = process.argv.slice(2)
  if (exchange(-100, here, -100, there, 2) !== 0) process.exit(1)
  console.log('exchanged')
  for (;;) exchange(-100, here, -100, there, 2)
`

/** Ends when it is disposed of. Undefined where this machine cannot do it. */
export async function swapping(here: string, there: string): Promise<AsyncDisposable | undefined> {
  const koffi = koffiPath()
  if (koffi === undefined) return undefined
  const child = spawn(process.execPath, ['-e', SCRIPT, koffi, here, there], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const begun = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)])
  if (!begun) return undefined
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function koffiPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('koffi')
  } catch {
    return undefined
  }
}
