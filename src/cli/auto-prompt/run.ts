// AWS's part of the command line, with questions for what is missing where that is asked for and
// there is a terminal to ask on. Without one the command runs as it is given.

import { reportError } from '../aws/error-output.ts'
import { EXIT } from '../aws/failure.ts'
import { runAws } from '../aws/run.ts'
import { quoteWord } from '../aws/words.ts'
import type { Host } from '../host.ts'
import { type PromptMode, promptMode, withoutPromptOptions } from './mode.ts'
import { type Asker, Interrupted } from './questions.ts'

/** How questions are asked; loaded when the first one is. */
export type OpenAsker = (host: Host) => Promise<Asker>

const systemAsker: OpenAsker = async (host) => (await import('./prompts.ts')).openPrompts(host)

/** Runs the arguments after the program's name. Answers the exit code. */
export async function runWithQuestions(
  argv: readonly string[],
  host: Host,
  openAsker: OpenAsker = systemAsker,
): Promise<number> {
  let mode: PromptMode
  try {
    mode = promptMode(argv, host)
  } catch (error) {
    const { text, exitCode } = await reportError(error, 'enhanced')
    host.terminal.err(text)
    return exitCode
  }
  const { inIsTerminal, errIsTerminal } = host.terminal
  if (mode === 'off' || !inIsTerminal || !errIsTerminal) {
    if (argv.length === 0) return (await import('../help/short.ts')).showShortHelp(host)
    return await runAws(argv, host)
  }
  const ask = () => askAndRun(argv, host, openAsker)
  return mode === 'on' ? await ask() : await runAws(argv, host, ask)
}

async function askAndRun(
  argv: readonly string[],
  host: Host,
  openAsker: OpenAsker,
): Promise<number> {
  const { fillIn } = await import('./form.ts')
  const words = withoutPromptOptions(argv)
  const show = (line: readonly string[]) =>
    host.terminal.err(`> copyhold ${line.map(quoteWord).join(' ')}\n`)
  try {
    await fillIn(words, await openAsker(host), host)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    show(words)
    return EXIT.interrupted
  }
  show(words)
  return await runAws(words, host)
}
