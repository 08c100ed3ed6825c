// How a running job is shown: a bar on a terminal, one plain line for every change elsewhere, or
// messages for programs. On standard error unless said otherwise, so that standard output stays
// what a script expects.

import type { Terminal } from '../../world/index.ts'
import type { ProgressStyle } from './kinds.ts'
import { type JobName, statusMessage } from './messages.ts'
import { figureList, fractionOf, messageOf, waitsFor } from './progress-figures.ts'
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
  io: { readonly terminal: Terminal },
  style: ProgressStyle = 'auto',
): Promise<JobDisplay> {
  if (style === 'none') return { show() {}, end() {} }
  const bar = style === 'auto' && io.terminal.errIsTerminal
  return bar ? await openBar(label, io.terminal) : openLines(label, io.terminal.err)
}

/** A display that writes a message for every change. */
export function openMessages(job: JobName, write: (text: string) => void): JobDisplay {
  let before = ''
  return {
    show(snapshot) {
      const message = statusMessage(job, snapshot)
      if (message !== before) write(message)
      before = message
    },
    end() {},
  }
}

/** A display that writes a line for every change. */
export function openLines(label: string, write: (text: string) => void): JobDisplay {
  let before = ''
  return {
    show(snapshot) {
      const step = stepOf(snapshot)
      const key = `${step} ${waitsFor(snapshot) ?? ''}`
      const figures = key === before ? [] : figureList(snapshot)
      const said = messageOf(snapshot)
      const message = said === '' ? '' : `: ${said}`
      const detail = figures.length === 0 ? '' : ` (${figures.join(', ')})`
      if (key !== before) write(`${label}: ${step}${detail}${message}\n`)
      before = key
    },
    end() {},
  }
}

// What makes a line worth printing; the figures beside it change all the time.
function stepOf(snapshot: JobSnapshot): string {
  const fraction = fractionOf(snapshot)
  if (fraction === undefined || hasEnded(snapshot.state)) return snapshot.state
  const percent = Math.floor((fraction * 100) / LINE_EVERY_PERCENT) * LINE_EVERY_PERCENT
  return `${snapshot.state} ${percent}%`
}

async function openBar(label: string, terminal: Terminal): Promise<JobDisplay> {
  const { default: progress } = await import('cli-progress')
  const { barLine } = await import('./bar-line.ts')
  let latest: JobSnapshot | undefined
  let turn = 0
  const bar = new progress.SingleBar({
    // The last column stays free: some terminals begin a new line behind it.
    format: () => barLine(label, latest, { columns: terminal.columns() - 1, turn: turn++ }),
    stream: terminal.errStream as NodeJS.WriteStream,
    hideCursor: true,
    clearOnComplete: false,
    linewrap: false,
    gracefulExit: false,
    noTTYOutput: false,
  })
  bar.start(1, 0)
  let ended = false
  return {
    show(snapshot) {
      latest = snapshot
      bar.update(0)
    },
    end() {
      if (!ended) bar.stop()
      ended = true
    },
  }
}
