// Shows a page: on a terminal through the reader's pager with bold titles, else as plain text.

import { openOutputStream } from '../aws/output-stream.ts'
import type { Host } from '../host.ts'
import { renderPage, type Section } from './page.ts'

/** Which page of AWS's part; the whole command line's when it is `copyhold`. */
export type HelpTopic = 'copyhold' | 'backup' | { readonly operation: string }

/** Shows the page of a topic. */
export async function showHelp(topic: HelpTopic, host: Host): Promise<void> {
  await showPage(await pageOf(topic, host), host)
}

/** Shows the page of one of our own commands, by its words; false when there is none. */
export async function showOwnHelp(words: readonly string[], host: Host): Promise<boolean> {
  const { commandTree } = await import('../commands/run.ts')
  const { ownPage } = await import('./own-pages.ts')
  const page = ownPage(commandTree(host), words)
  if (page) await showPage(page, host)
  return page !== undefined
}

async function pageOf(topic: HelpTopic, host: Host): Promise<Section[]> {
  if (typeof topic === 'object') {
    return (await import('./operation-page.ts')).operationPage(topic.operation)
  }
  const { servicePage, topPage } = await import('./overview-pages.ts')
  if (topic === 'backup') return servicePage()
  const { commandTree } = await import('../commands/run.ts')
  const { ownCommands } = await import('./own-pages.ts')
  return topPage(ownCommands(commandTree(host)))
}

async function showPage(page: readonly Section[], host: Host): Promise<void> {
  const { terminal, surroundings } = host
  const columns = terminal.columns()
  if (!terminal.outIsTerminal) {
    terminal.out(renderPage(page, { columns, bold: false }))
    return
  }
  const text = renderPage(page, { columns, bold: true })
  const pager = surroundings.variable('MANPAGER') || surroundings.variable('PAGER') || 'less -R'
  const stream = openOutputStream(host, pager)
  stream.write(text)
  try {
    await stream.close()
  } catch {
    // Help is too useful to be withheld for want of a pager.
    terminal.out(text)
  }
}
