// How a running job is shown: a bar on a terminal, one plain line for every change elsewhere.
// Always on standard error, so that standard output stays what a script expects.

import type { Clock, Terminal } from '../../world/index.ts'
import { formatBytes, formatRate } from './amounts.ts'
import { hasEnded, type JobSnapshot } from './snapshot.ts'

/** Shows snapshots of one job as they come. */
export interface JobDisplay {
  show(snapshot: JobSnapshot): void
  /** Takes the bar away; whatever is printed next stands on a line of its own. */
  end(): void
}

/** Without a terminal a line is printed at each of so many percent. */
const LINE_EVERY_PERCENT = 25

/** A display for a job; `label` names it, such as `copy`. */
export async function openDisplay(
  label: string,
  io: { terminal: Terminal; clock: Clock },
): Promise<JobDisplay> {
  return io.terminal.errIsTerminal ? await openBar(label, io) : openLines(label, io.terminal)
}

/** How much is done, 0 to 1; undefined where nobody knows. */
export function fractionOf({ state, counts, percentDone }: JobSnapshot): number | undefined {
  if (state === 'COMPLETED' || state === 'PARTIAL') return 1
  const { bytesTotal } = counts ?? {}
  if (bytesTotal !== undefined && bytesTotal > 0) return Math.min(1, bytesDone(counts) / bytesTotal)
  return percentDone === undefined ? undefined : percentDone / 100
}

// A backup and a restore count what they read or write, a copy what it moves and finds there.
function bytesDone(counts: JobSnapshot['counts']): number {
  const { bytesRead = 0, bytesStored = 0, bytesReused = 0 } = counts ?? {}
  return Math.max(bytesRead, bytesStored + bytesReused)
}

function openLines(label: string, terminal: Terminal): JobDisplay {
  let before = ''
  return {
    show(snapshot) {
      const fraction = fractionOf(snapshot)
      const step =
        fraction === undefined || hasEnded(snapshot.state)
          ? ''
          : ` ${Math.floor((fraction * 100) / LINE_EVERY_PERCENT) * LINE_EVERY_PERCENT}%`
      const waiting = snapshot.counts?.waitingFor
      const message = snapshot.message === '' ? '' : `: ${snapshot.message}`
      const line = `${label}: ${snapshot.state}${step}${waiting ? ` (${waiting})` : ''}${message}`
      if (line !== before) terminal.err(`${line}\n`)
      before = line
    },
    end() {},
  }
}

async function openBar(
  label: string,
  { terminal }: { terminal: Terminal; clock: Clock },
): Promise<JobDisplay> {
  const { default: progress } = await import('cli-progress')
  const bar = new progress.SingleBar({
    format: `${label.padEnd(8)} {bar} {percentage}% {detail}`,
    stream: terminal.errStream as NodeJS.WriteStream,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: false,
    linewrap: false,
    gracefulExit: false,
    noTTYOutput: false,
  })
  bar.start(1000, 0, { detail: '' })
  let ended = false
  return {
    show(snapshot) {
      const fraction = fractionOf(snapshot) ?? 0
      bar.update(Math.round(fraction * 1000), { detail: detailOf(snapshot) })
    },
    end() {
      if (!ended) bar.stop()
      ended = true
    },
  }
}

function detailOf(snapshot: JobSnapshot): string {
  const { counts, state } = snapshot
  if (!counts) return state
  if (counts.waitingFor !== undefined) return counts.waitingFor
  const parts = [state]
  const { bytesTotal, bytesReused = 0, bytesPerSecond } = counts
  const done = formatBytes(bytesDone(counts))
  parts.push(bytesTotal === undefined ? done : `${done} of ${formatBytes(bytesTotal)}`)
  if (bytesReused > 0) parts.push(`${formatBytes(bytesReused)} already there`)
  if (bytesPerSecond && !hasEnded(state)) {
    parts.push(formatRate(bytesPerSecond))
    const rest = (bytesTotal ?? 0) - bytesDone(counts)
    if (rest > 0) parts.push(`${Math.ceil(rest / bytesPerSecond)} s left`)
  }
  return parts.join(' · ')
}
