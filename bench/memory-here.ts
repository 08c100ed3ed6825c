// One measurement of memory, in a process of its own: `memory.ts` builds and starts it.

import { measureHere } from './memory.ts'

await measureHere(process.argv[2] ?? '', Number(process.argv[3]))
