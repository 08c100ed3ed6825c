// Questions on the real terminal. They are drawn on standard error, so that the answer of the
// command can still be piped.

import { confirm, input, search } from '@inquirer/prompts'
import type { Host } from '../host.ts'
import { type Asker, type Choice, Interrupted } from './questions.ts'

/** Lines of choices shown at a time. */
const PAGE_SIZE = 12

export function openPrompts({ terminal }: Pick<Host, 'terminal'>): Asker {
  const context = { output: terminal.errStream }
  return {
    choose: (message, choices) =>
      asked(
        search(
          {
            message,
            pageSize: PAGE_SIZE,
            source: (term) => matching(choices, term ?? '').map(shown),
          },
          context,
        ),
      ),
    type: (message, { required = true, hint } = {}) =>
      asked(
        input(
          { message: hint === undefined ? message : `${message} (${hint})`, required },
          context,
        ),
      ),
    confirm: (message) => asked(confirm({ message }, context)),
    note: (text) => terminal.err(`${text}\n`),
  }
}

const shown = ({ value, name, about }: Choice) => ({
  value,
  ...(name === undefined ? {} : { name }),
  ...(about === undefined ? {} : { description: about }),
})

// Every word typed has to occur, in any order.
function matching(choices: readonly Choice[], term: string): Choice[] {
  const words = term.toLowerCase().split(/\s+/).filter(Boolean)
  return choices.filter(({ value, name = '', about = '', always }) => {
    const text = `${value} ${name} ${about}`.toLowerCase()
    return always === true || words.every((word) => text.includes(word))
  })
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new Interrupted('Ctrl-C', { cause: error })
    }
    throw error
  }
}
