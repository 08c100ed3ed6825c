// Which of our own commands belong together, in the order a newcomer needs them.

export interface CommandGroup {
  readonly title: string
  /** First words of commands. */
  readonly commands: readonly string[]
}

/** Every command of our own stands in one of them; a test holds them to the commands there are. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  { title: 'Start here', commands: ['quickstart', 'dev', 'env', 'init', 'serve'] },
  { title: 'Copies', commands: ['copy', 'preflight', 'watch', 'wait', 'explain'] },
  { title: 'Vaults', commands: ['resource', 'vault', 'limits', 'admin'] },
  { title: 'Development', commands: ['dev-clock', 'dev-fault', 'completion', 'version'] },
]
