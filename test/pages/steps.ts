// What a page has its reader do: one step for each block of commands, or for each command of a
// block that shows commands and output in turns, with what the page says is printed.

import { type Fence, fencesOf, isShell } from './fences.ts'

/** Commands that are run together, and their output. */
export interface Step {
  readonly commands: string
  /** What the page shows of the output; undefined when it shows none. */
  readonly shown?: string
  /** Exit codes other than 0 of its commands, in order. */
  readonly codes: readonly number[]
  readonly inAnotherShell: boolean
  /** Where it is in the page. */
  readonly line: number
}

/** The steps of a page, in order; what is marked as not run is none. */
export function stepsOf(page: string): Step[] {
  const fences = fencesOf(page)
  return fences.flatMap((fence, index) => {
    if (!isShell(fence) || fence.mark.kind === 'not run') return []
    if (fence.language === 'console') return consoleSteps(fence)
    const next = fences[index + 1]
    const step = {
      commands: fence.text,
      codes: fence.mark.kind === 'run' ? fence.mark.codes : [],
      inAnotherShell: fence.mark.kind === 'another shell',
      line: fence.line,
    }
    return [next?.language === 'text' ? { ...step, shown: next.text } : step]
  })
}

/** Each `$ command`, which a backslash continues, with the lines up to the next one. */
function consoleSteps({ text, line, mark }: Fence): Step[] {
  const parts = text.split(/^\$ /m).slice(1)
  const codes = mark.kind === 'run' ? [...mark.codes] : []
  return parts.map((part, index) => {
    const lines = part.split('\n')
    const end = lines.findIndex((each) => !each.endsWith('\\')) + 1
    return {
      commands: `${lines.slice(0, end).join('\n')}\n`,
      shown: lines.slice(end).join('\n'),
      codes: index === parts.length - 1 ? codes : [],
      inAnotherShell: false,
      line,
    }
  })
}
