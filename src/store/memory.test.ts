// The store in memory, through the suite.

import { openMemoryStore } from './memory.ts'
import { testObjectStore } from './object-store.suite.ts'

testObjectStore('memory', { open: async () => openMemoryStore() })
