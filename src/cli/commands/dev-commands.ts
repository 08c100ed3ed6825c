// The commands that only a development server answers: its clock and its faults.

import type { Command } from 'commander'
import type { Host } from '../host.ts'
import type { ClockAct } from './dev-clock.ts'

interface Adding {
  readonly host: Host
  readonly ended: (code: number) => void
}

/** Adds `dev-clock` and `dev-fault`; `asksServer` adds the options of commands that ask one. */
export function addDevCommands(
  program: Command,
  asksServer: (command: Command) => Command,
  adding: Adding,
): void {
  addClock(program, asksServer, adding)
}

function addClock(
  program: Command,
  asksServer: (command: Command) => Command,
  { host, ended }: Adding,
): void {
  const clock = program
    .command('dev-clock')
    .description('the clock of a development server; lifecycles, locks and expiry go by it')
  const run = async (act: ClockAct, options: object) => {
    const { devClock } = await import('./dev-clock.ts')
    ended(await devClock(act, options, host))
  }
  asksServer(clock.command('show', { isDefault: true }))
    .description('what time it is there')
    .action((options) => run({ act: 'show' }, options))
  asksServer(clock.command('advance'))
    .argument('<span>', 'how far, such as 90d, 8h or 1d12h')
    .description('move it into the future; what is due then happens at once')
    .action((by: string, options) => run({ act: 'advance', by }, options))
  asksServer(clock.command('set'))
    .argument('<time>', 'such as 2027-01-31T12:00:00Z')
    .description('move it to a time')
    .action((to: string, options) => run({ act: 'set', to }, options))
  asksServer(clock.command('reset'))
    .description('real time again')
    .action((options) => run({ act: 'reset' }, options))
}
