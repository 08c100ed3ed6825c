// One job's memory, measured in a process of its own: `memory.ts` builds and starts it.

import { measureHere } from './memory.ts'

const [which = '', scale = '', step = '', root = ''] = process.argv.slice(2)
await measureHere({ which, scale: Number(scale), step }, root)
