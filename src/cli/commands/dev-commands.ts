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
  addFault(program, asksServer, adding)
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

function addFault(
  program: Command,
  asksServer: (command: Command) => Command,
  { host, ended }: Adding,
): void {
  const fault = program
    .command('dev-fault')
    .description('failures on purpose, on a development server')
  const each = (value: string, before: string[] = []) => [...before, value]
  asksServer(fault.command('raise'))
    .argument('<name>', 'such as destination-policy; `dev-fault list --names` prints all')
    .option('--match <what=value>', 'only jobs of this kind, vault, resource or type', each)
    .option('--times <number>', 'attempts to strike [default: all until it is cleared]')
    .option('--seconds <number>', 'how long slow makes a job wait')
    .description('have jobs fail as documented')
    .action(async (name: string, options) => {
      const { raiseFault } = await import('./dev-fault.ts')
      ended(await raiseFault(name, options, host))
    })
  asksServer(fault.command('list'))
    .option('--names', 'the names that can be raised', false)
    .description('the faults that strike')
    .action(async (options) => {
      const { listFaults } = await import('./dev-fault.ts')
      ended(await listFaults(options, host))
    })
  asksServer(fault.command('clear'))
    .description('no faults any more')
    .action(async (options) => {
      const { clearFaults } = await import('./dev-fault.ts')
      ended(await clearFaults(options, host))
    })
}
