// A server as a process of its own, for tests that kill it: data folder, put log and restore root
// come as arguments. Prints its URL when it answers, ends cleanly on SIGTERM, and says in one line
// why it could not begin.

import { startServer } from '../../src/assembly/index.ts'

const [dataDir = '', putLog = '', restoreRoot = ''] = process.argv.slice(2)

try {
  const server = await startServer({
    mode: 'dev',
    port: 0,
    dataDir,
    putLog,
    restoreRoots: [restoreRoot],
    logLevel: 'error',
  })
  process.once('SIGTERM', () => void server.close())
  process.stdout.write(`${server.url}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
