// The disk under the stores of this thread: the real one, which can hold files, so that also what
// an earlier process held is let go when it is to be deleted. One for all stores: between two of
// them, bytes are copied inside the kernel.

import { holdingDisk, realDisk, systemImmutability } from '../world/index.ts'

export const storeDisk = holdingDisk(realDisk, systemImmutability)
