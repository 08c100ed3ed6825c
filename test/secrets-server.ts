// A server that logs all it can, in a process of its own: started with its data folder and the
// folder it may restore into. Prints its address; ends with its input.

import { startServer } from '../src/assembly/index.ts'

const [dataDir = '', restoreRoot = ''] = process.argv.slice(2)
const server = await startServer({
  mode: 'dev',
  port: 0,
  dataDir,
  restoreRoots: [restoreRoot],
  logLevel: 'info',
})
process.stdout.write(`${server.url}\n`)
process.stdin.resume().on('end', () => void server.close())
