// The one clock of a development server, which tests move to see in a second what takes months.
//
// GET  /_copyhold/clock   → {"now", "realTime", "advancedSeconds"}
// POST /_copyhold/clock   {"advanceSeconds": n} | {"to": time} | {"reset": true} → the same

import { Answer, parseClockMove } from '../../model/index.ts'
import type { ApiContext, DevPowers } from '../context.ts'
import { type Extension, START_DEV } from '../extension.ts'

export const showClock: Extension = {
  method: 'GET',
  path: '/clock',
  devOnly: START_DEV,
  answer: async (_request, context) => describe(context, powers(context)),
}

/** Resolves when both threads go by the new time and look at what is due by it. */
export const moveClock: Extension = {
  method: 'POST',
  path: '/clock',
  devOnly: START_DEV,
  async answer({ body }, context) {
    const dev = powers(context)
    const at = { now: context.clock.now(), movedMs: dev.clockMovedMs() }
    const move = parseClockMove(body, at)
    if ('reason' in move) throw new Answer({ code: 'InvalidParameter', ...move })
    await dev.moveClock(move.movedMs)
    return describe(context, dev)
  },
}

function powers({ dev }: ApiContext): DevPowers {
  // The server refuses this outside `dev` already.
  if (!dev) throw new Answer({ code: 'InsufficientPrivileges' })
  return dev
}

function describe({ clock }: ApiContext, dev: DevPowers) {
  const movedMs = dev.clockMovedMs()
  const now = clock.now()
  return {
    now: new Date(now).toISOString(),
    realTime: new Date(now - movedMs).toISOString(),
    advancedSeconds: movedMs / 1000,
  }
}
