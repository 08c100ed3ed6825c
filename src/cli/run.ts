// Which command the arguments name, loaded only when it is named.

import type { Host } from './host.ts'

/** Runs one command. Answers the process's exit code; never throws for a user's mistake. */
export async function runCli(_argv: readonly string[], _host: Partial<Host>): Promise<number> {
  return 255
}
