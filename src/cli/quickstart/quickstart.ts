// The whole of Copyhold in one command, for real: a server, two Regions, a backup, a copy, the
// source's store and key taken away, a restore from the copy, a comparison byte for byte.

import type { Host, RunningServer } from '../host.ts'
import { formatBytes, formatSeconds } from '../jobs/amounts.ts'
import { repeatingCommands } from './commands.ts'
import { type Comparison, compareTrees, sharedFiles } from './compare-trees.ts'
import { ACCOUNT, DESTINATION, SOURCE } from './names.ts'
import { makeSampleTree } from './sample-tree.ts'
import { type DoneJob, Interrupted, StepFailed, Steps } from './steps.ts'

export interface QuickstartOptions {
  /** The tree to back up; a sample is made when absent. */
  readonly path?: string
  /** Leave the temporary folder behind. */
  readonly keep: boolean
}

const EXIT_DIFFERENT = 1
const EXIT_INTERRUPTED = 130

/** Runs it. Answers 0 only if the restored tree equals the original. */
export async function quickstart(options: QuickstartOptions, host: Host): Promise<number> {
  const { terminal, files, surroundings } = host
  const stop = new AbortController()
  const release = surroundings.onInterrupt(() => {
    if (stop.signal.aborted) surroundings.exit(EXIT_INTERRUPTED)
    stop.abort()
    terminal.err('\nStopping and cleaning up …\n')
  })
  const folder = files.realPath(
    files.makeTemporaryFolder(surroundings.temporaryFolder, 'copyhold-quickstart-'),
  )
  let server: RunningServer | undefined
  try {
    const tree = treeOf(options, folder, host)
    server = await host.startServer({
      mode: 'dev',
      port: 0,
      dataDir: `${folder}/data`,
      restoreRoots: [folder],
      logLevel: 'silent',
    })
    const run = { host, folder, tree, server, signal: stop.signal }
    return await runSteps(run, options)
  } catch (error) {
    if (error instanceof Interrupted) return EXIT_INTERRUPTED
    if (!(error instanceof StepFailed)) throw error
    terminal.err(`\n${error.message}\n`)
    return EXIT_DIFFERENT
  } finally {
    await server?.close()
    if (options.keep) terminal.out(`\nKept: ${folder}\n`)
    else files.removeTree(folder)
    release()
  }
}

interface QuickstartRun {
  readonly host: Host
  readonly folder: string
  readonly tree: string
  readonly server: RunningServer
  readonly signal: AbortSignal
}

function treeOf(options: QuickstartOptions, folder: string, host: Host): string {
  const { files, terminal, surroundings } = host
  if (options.path === undefined) {
    terminal.out('Making a sample tree …\n')
    makeSampleTree(files, `${folder}/sample`)
    return `${folder}/sample`
  }
  const given = options.path.startsWith('/')
    ? options.path
    : `${surroundings.currentFolder}/${options.path}`
  const tree = surroundings.exists(given) ? files.realPath(given) : given
  if (!surroundings.exists(tree) || files.facts(tree).kind !== 'directory') {
    throw new StepFailed(`${options.path} is not a folder.`)
  }
  if (`${folder}/`.startsWith(tree === '/' ? '/' : `${tree}/`)) {
    const advice = 'set TMPDIR to a folder outside it'
    throw new StepFailed(`${tree} holds the temporary folder this would work in; ${advice}.`)
  }
  return tree
}

async function runSteps(run: QuickstartRun, options: QuickstartOptions): Promise<number> {
  const { host, tree, folder } = run
  const say = (text: string) => host.terminal.out(`${text}\n`)
  const steps = new Steps(host, run.server, run.signal)

  say(`\n1. Two vaults, each with its own store and its own key`)
  await steps.makeVault(SOURCE)
  const destinationArn = await steps.makeVault(DESTINATION)
  say(`   ${SOURCE.vault} in ${SOURCE.region}, ${DESTINATION.vault} in ${DESTINATION.region}`)

  say(`\n2. Backup of ${tree} into ${SOURCE.region}`)
  const resourceArn = await steps.register(SOURCE.region, tree)
  const backup = await steps.backUp(SOURCE, resourceArn)
  sayMoved(say, 'read', backup)

  say(`\n3. Copy from ${SOURCE.region} to ${DESTINATION.region}`)
  const pointArn = String(backup.snapshot.described.RecoveryPointArn)
  const copy = await steps.copy(SOURCE, pointArn, destinationArn)
  sayMoved(say, 'copied', copy)
  takeSourceAway(run, say)

  say(`\n5. Restore from the copy`)
  const target = `${folder}/restored`
  const copyArn = String(copy.snapshot.described.DestinationRecoveryPointArn)
  const restore = await steps.restore(DESTINATION.region, copyArn, target)
  sayMoved(say, 'restored', restore)

  say(`\n6. Comparison, byte for byte`)
  const trees = { original: tree, copy: target, sinceMs: backup.startedMs }
  const compared = await compareTrees(host.files, trees, async () => {
    await host.clock.sleep(0)
    if (run.signal.aborted) throw new Interrupted()
  })
  const equal = sayComparison(say, compared, options.path !== undefined)
  say(`\nTo repeat each step by hand:\n`)
  for (const line of repeatingCommands(options.path === undefined ? undefined : tree)) {
    say(line === '' ? '' : `    ${line}`)
  }
  return equal ? 0 : EXIT_DIFFERENT
}

// From here on only the copy is left: neither bytes nor key of the source can be reached.
function takeSourceAway(run: QuickstartRun, say: (text: string) => void): void {
  const { files } = run.host
  const { dataDir } = run.server
  const stores = `${dataDir}/stores`
  const shared = sharedFiles(files, [
    `${stores}/${SOURCE.region}`,
    `${stores}/${DESTINATION.region}`,
  ])
  if (shared > 0) throw new StepFailed(`${shared} files are shared by both stores: no real copy.`)
  say(`\n4. The source is taken away: its store and its key`)
  files.makeFolder(`${run.folder}/away`)
  files.rename(`${stores}/${SOURCE.region}`, `${run.folder}/away/store`)
  files.rename(`${dataDir}/keys/${ACCOUNT}/${SOURCE.region}`, `${run.folder}/away/keys`)
  say('   no file of the two stores was one and the same')
}

function sayMoved(say: (text: string) => void, verb: string, job: DoneJob): void {
  const { counts, message, described } = job.snapshot
  const parts: string[] = []
  const add = (bytes: number | undefined, what: string) => {
    if (bytes !== undefined) parts.push(`${formatBytes(bytes)} ${what}`)
  }
  if (verb === 'copied') add(counts?.bytesStored, 'copied')
  else add(counts?.bytesRead ?? Number(described.BackupSizeInBytes ?? 0), verb)
  if (verb === 'read') add(counts?.bytesStored, 'stored')
  if (verb !== 'restored') add(counts?.bytesReused, 'reused')
  parts.push(formatSeconds(job.seconds * 1000))
  say(`   ${parts.join(' · ')}`)
  if (message !== '') say(`   ${message}`)
}

function sayComparison(
  say: (text: string) => void,
  compared: Comparison,
  ofUsersTree: boolean,
): boolean {
  const { differences, entries, bytes, special } = compared
  if (special > 0) say(`   ${special} sockets, pipes or devices are not part of a backup`)
  if (differences.length === 0) {
    say(`   equal: ${entries} entries, ${formatBytes(bytes)}`)
    return true
  }
  for (const { path, what } of differences) say(`   ${path}: ${what}`)
  const meanwhile = ofUsersTree && differences.every((difference) => difference.changedMeanwhile)
  say(
    meanwhile
      ? '   NOT EQUAL, because the original changed while this ran: try it on a quiet tree.'
      : '   NOT EQUAL',
  )
  return false
}
