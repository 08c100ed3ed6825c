// A thread that serves walks through scripted trees, and what starts it: for tests of readings
// whose folders are listed on another thread, over the threads' own lines.

import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  parentPort,
  Worker,
} from 'node:worker_threads'
import { scriptedTree, type TreeScript } from '../../test/trees/scripted-tree.ts'
import { portOver } from '../world/index.ts'
import type { WalkLine } from './walk-aside.ts'
import { serveWalk } from './walk-serving.ts'

interface Opening {
  readonly line: MessagePort
  readonly script: TreeScript | undefined
}

export interface WalkThread extends AsyncDisposable {
  openLine(script?: TreeScript): WalkLine
}

/** Starts one; ended at once when it is disposed of. */
export function startWalkThread(): WalkThread {
  const thread = new Worker(new URL(import.meta.url))
  return {
    openLine(script) {
      const { port1, port2 } = new MessageChannel()
      thread.postMessage({ line: port2, script } satisfies Opening, [port2])
      return portOver(port1)
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}

if (!isMainThread) {
  parentPort?.on('message', ({ line, script }: Opening) => {
    serveWalk(portOver(line), scriptedTree(script))
  })
}
