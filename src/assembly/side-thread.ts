// The side thread: does for the thread that moves bytes what can be done beside it, so that a
// second core has work. It opens no vault and knows no key service; each line that is opened to it
// serves one job in one role.

import type { MessagePort } from 'node:worker_threads'
import { parentPort } from 'node:worker_threads'
import { serveMaking, serveWalk } from '../drivers/index.ts'
import { serveHashing } from '../store/index.ts'
import { servePacking } from '../vault/index.ts'
import { portOver, realTree, systemWholeSync } from '../world/index.ts'
import type { OpenLine, SideRole } from './side.ts'

const ROLES: Readonly<Record<SideRole, (line: MessagePort) => void>> = {
  hash: (line) => serveHashing(portOver(line), realTree),
  list: (line) => serveWalk(portOver(line), realTree),
  make: (line) => serveMaking(portOver(line), { tree: realTree, wholeSync: systemWholeSync }),
  pack: (line) => servePacking(portOver(line)),
}

parentPort?.on('message', ({ role, line }: OpenLine) => ROLES[role](line))
