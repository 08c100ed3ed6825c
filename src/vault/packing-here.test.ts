// Packing without another thread, as tests and simulations have it.

import { packingSuite } from './packing.suite.ts'
import { packHere } from './packing-here.ts'

packingSuite('packing on this thread', packHere)
