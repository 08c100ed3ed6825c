// POST /_copyhold/reset: empties a development server, so that a test begins with nothing.

import { Answer } from '../../model/index.ts'
import { type Extension, START_DEV } from '../extension.ts'

/** Resolves when everything is gone and the server can be used again. */
export const reset: Extension = {
  method: 'POST',
  path: '/reset',
  devOnly: START_DEV,
  async answer(_request, { dev }) {
    // The server refuses this outside `dev` already; a server that forgot must not lose its data.
    if (!dev) throw new Answer({ code: 'InsufficientPrivileges' })
    await dev.reset()
    return undefined
  },
}
