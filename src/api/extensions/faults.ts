// Faults that a development server raises on purpose, so that a test sees how a failure is handled.
//
// GET    /_copyhold/faults   → {"faults": [{"name", "match", "times"?, "raised"}], "names": […]}
// PUT    /_copyhold/faults   {"name", "match"?: {"kind"?, "vault"?, "resource"?, "type"?},
//                             "times"?, "seconds"?} adds one → the same
// DELETE /_copyhold/faults   forgets all → the same

import { faults } from '../../catalog/index.ts'
import { Answer, FAULT_NAMES, parseFault } from '../../model/index.ts'
import type { ApiContext } from '../context.ts'
import { type Extension, START_DEV } from '../extension.ts'

export const listFaults: Extension = {
  method: 'GET',
  path: '/faults',
  devOnly: START_DEV,
  answer: async (_request, context) => describe(context),
}

/** Strikes attempts that begin from now on. */
export const raiseFault: Extension = {
  method: 'PUT',
  path: '/faults',
  devOnly: START_DEV,
  async answer({ body }, context) {
    const fault = parseFault(body)
    if ('reason' in fault) throw new Answer({ code: 'InvalidParameter', ...fault })
    if (!(await context.catalog.transaction((tx) => faults.add(tx, fault)))) {
      const reason = 'there are too many faults: clear them first'
      throw new Answer({ code: 'InvalidParameter', parameter: 'name', reason })
    }
    return describe(context)
  },
}

export const clearFaults: Extension = {
  method: 'DELETE',
  path: '/faults',
  devOnly: START_DEV,
  async answer(_request, context) {
    await context.catalog.transaction((tx) => faults.clear(tx))
    return describe(context)
  },
}

async function describe({ catalog }: ApiContext) {
  const rows = await catalog.read((tx) => faults.list(tx))
  return { faults: rows.map(({ id: _, ...fault }) => fault), names: FAULT_NAMES }
}
