// The server that is measured, in a process of its own so that its CPU time and memory are its own.
// Started by `copyhold-served.ts` with a folder; says its URL, answers with its CPU time when it is
// asked, and ends when it is told to.

import path from 'node:path'
import { startServer } from '../src/assembly/index.ts'

const folder = process.argv[2] as string
const server = await startServer({
  mode: 'dev',
  port: 0,
  dataDir: path.join(folder, 'data'),
  restoreRoots: [folder],
  logLevel: 'error',
})
process.on('message', async (message: 'cpu' | 'end') => {
  if (message === 'end') {
    await server.close()
    process.disconnect()
    return
  }
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  process.send?.({ cpuS: (userCPUTime + systemCPUTime) / 1e6 })
})
process.send?.({ url: server.url })
