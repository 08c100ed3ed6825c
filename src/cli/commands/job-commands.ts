// The commands around copy jobs, for Copyhold and for AWS alike: their options, and what to load
// when one runs.

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Host } from '../host.ts'
import { type FollowedKind, PROGRESS_STYLES } from '../jobs/kinds.ts'

type Ended = (code: number) => void

/** Adds wait, watch, explain, preflight and copy. */
export function addJobCommands(program: Command, host: Host, ended: Ended): void {
  addWait(program, host, ended)
  addWatch(program, host, ended)
  addExplain(program, host, ended)
  addPreflight(program, host, ended)
  addCopy(program, host, ended)
}

// Options of commands that ask the service as `backup OPERATION` does.
function asksService(command: Command): Command {
  return command
    .option('--region <region>', 'the Region; else that of the environment or the profile')
    .option('--profile <profile>', 'the profile of the shared AWS files')
    .option('--endpoint-url <url>', 'the server; else AWS_ENDPOINT_URL_BACKUP, else AWS')
    .option('--ca-bundle <file>', 'certificates to trust')
}

const progressOption = () =>
  new Option('--progress <style>', 'how progress is told').choices(PROGRESS_STYLES).default('auto')

const outputOption = () =>
  new Option('--output <format>', 'for people or for programs')
    .choices(['text', 'json'])
    .default('text')

const timeoutOption = () =>
  new Option('--wait-timeout <seconds>', 'stop waiting after this time; the job goes on').argParser(
    wholeNumber,
  )

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** A variable that a script forgot to set, or that a refused request left empty. */
function nonEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty. Is its variable set?')
  return text
}

const eachNonEmpty = (text: string, before: string[] = []) => [...before, nonEmpty(text)]

function positiveNumber(text: string): number {
  if (wholeNumber(text) === 0) throw new InvalidArgumentError('It must be at least 1.')
  return Number(text)
}

const AWAITED: readonly FollowedKind[] = ['copy', 'backup', 'restore']

function addWait(program: Command, host: Host, ended: Ended): void {
  const wait = program.command('wait').description('wait until a job has ended')
  for (const kind of AWAITED) {
    const key = `${kind}JobId`
    asksService(wait.command(`${kind}-job-completed`))
      .requiredOption(`--${kind}-job-id <id>`, 'the job', nonEmpty)
      .addOption(timeoutOption())
      .addOption(progressOption())
      .description(`wait for a ${kind} job: 0 completed, 3 partial, 4 failed, 5 timed out`)
      .action(async (options) => {
        const { waitForKind } = await import('./wait.ts')
        ended(await waitForKind({ kind, id: String(options[key]) }, options, host))
      })
  }
}

function addWatch(program: Command, host: Host, ended: Ended): void {
  asksService(program.command('watch'))
    .argument('[jobs...]', 'ids of jobs [default: all copies that have not ended]', eachNonEmpty)
    .addOption(progressOption())
    .description('a live table of running copies, until they have ended')
    .action(async (jobs: string[], options) => {
      const { watch } = await import('./watch.ts')
      ended(await watch(jobs, options, host))
    })
}

function addExplain(program: Command, host: Host, ended: Ended): void {
  asksService(program.command('explain'))
    .argument('[job]', 'the id of a job, or the text of a message', nonEmpty)
    .option('--list', 'the failures that can be explained')
    .addOption(outputOption())
    .description('why a job is where it is, and what helps')
    .action(async (job: string | undefined, options) => {
      const { explain } = await import('./explain.ts')
      ended(await explain(job, options, host))
    })
}

function addPreflight(program: Command, host: Host, ended: Ended): void {
  asksService(program.command('preflight'))
    .requiredOption('--recovery-point-arn <arn>', 'what would be copied')
    .requiredOption('--source-backup-vault-name <name>', 'the vault it lies in')
    .requiredOption('--destination-backup-vault-arn <arn>', 'the vault it would go to')
    .requiredOption('--iam-role-arn <arn>', 'the role that would copy')
    .option('--lifecycle <lifecycle>', 'as start-copy-job takes it')
    .option('--idempotency-token <token>', 'accepted, so that the arguments can be those of a copy')
    .addOption(outputOption())
    .description('say what would become of a copy, before any byte moves')
    .action(async (options) => {
      const { preflight } = await import('./preflight.ts')
      ended(await preflight(options, host))
    })
}

function addCopy(program: Command, host: Host, ended: Ended): void {
  asksService(program.command('copy'))
    .requiredOption('--from <vault>', 'the name of the vault to copy from')
    .requiredOption('--to <arn>', 'the ARN of the vault to copy to')
    .option('--resource-type <type>', 'only of this type, such as EFS')
    .option('--resource-arn <arn>', 'only of this resource')
    .option('--newest-per-resource <n>', 'only the n newest of each resource', positiveNumber)
    .option('--created-after <moment>', 'only those created after this date or time')
    .option('--missing-only', 'skip what the destination has already', false)
    .option('--dry-run', 'say what would be done', false)
    .option('--iam-role-arn <arn>', 'the role that copies; else the one that made the backup')
    .option('--lifecycle <lifecycle>', 'as start-copy-job takes it; else that of the source')
    .option('--concurrency <n>', 'copies at the same time', positiveNumber, 10)
    .addOption(progressOption())
    .addOption(outputOption())
    .description('copy many recovery points; repeating it is harmless')
    .action(async (options) => {
      const { copyMany } = await import('./copy.ts')
      ended(await copyMany(options, host))
    })
}
