// How a running job is shown: a bar on a terminal, one plain line for every change elsewhere, or
// messages for programs. On standard error unless said otherwise, so that standard output stays
// what a script expects.

import type { Terminal } from '../../world/index.ts'
import type { ProgressStyle } from './kinds.ts'
import { type JobName, statusMessage } from './messages.ts'
import { figuresOf, fractionOf } from './progress-figures.ts'
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
      const key = stepOf(snapshot)
      const figures = key === before ? [] : figuresOf(snapshot)
      const message = snapshot.message === '' ? '' : `: ${snapshot.message}`
      const detail = figures.length === 0 ? '' : ` (${figures.join(', ')})`
      if (key !== before) write(`${label}: ${key}${detail}${message}\n`)
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
  const waiting = snapshot.counts?.waitingFor === undefined ? '' : ' waiting'
  return `${snapshot.state} ${percent}%${waiting}`
}

async function openBar(label: string, terminal: Terminal): Promise<JobDisplay> {
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
      const detail = [snapshot.state, ...figuresOf(snapshot)].join(' · ')
      bar.update(Math.round(fraction * 1000), { detail })
    },
    end() {
      if (!ended) bar.stop()
      ended = true
    },
  }
}
