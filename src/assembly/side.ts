// The side thread as the thread that moves bytes sees it: started when it is first needed, kept,
// and started anew when it died. Whoever had a line to it hears that line end.

import { setFlagsFromString } from 'node:v8'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { type Port, portOver } from '../world/index.ts'

/** What the side thread can do for a job. */
export type SideRole = 'hash' | 'list' | 'make' | 'pack'

/** The one message that the side thread itself hears. */
export interface OpenLine {
  readonly role: SideRole
  readonly line: MessagePort
}

/** Three semi-spaces of 1 MiB: its garbage is small and dies at once. */
const YOUNG_MB_MAX = 3
/** The thread that starts it began with more (`worker.ts`), and flags are of the process. */
const YOUNG_FROM_THE_START = '--min-semi-space-size=1'

export interface SideThread {
  /** A line to one that serves it in `role`. */
  open<Out, In>(role: SideRole): Port<Out, In>
  /** Ends the thread, and with it all lines. */
  stop(): Promise<void>
}

/** Nothing runs before the first line is opened. */
export function sideThread(): SideThread {
  let running: Worker | undefined
  const start = () => {
    setFlagsFromString(YOUNG_FROM_THE_START)
    const thread = new Worker(new URL('./side-thread.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB_MAX },
    })
    const forget = () => {
      if (running === thread) running = undefined
    }
    // Told to those who have a line, by its end.
    thread.on('error', forget)
    thread.on('exit', forget)
    thread.unref()
    return thread
  }
  return {
    open(role) {
      running ??= start()
      const { port1, port2 } = new MessageChannel()
      running.postMessage({ role, line: port2 } satisfies OpenLine, [port2])
      return portOver(port1)
    },
    async stop() {
      await running?.terminate()
    },
  }
}
