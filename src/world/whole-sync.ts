// Writing a whole file system back in one go, for which Linux has a call that Node has not: the
// system's `sync -f` makes it. It saves time and proves nothing: a failure that another program was
// told of it does not tell, so whoever asks still flushes each file. One shell starts it each time:
// starting a program holds up a large process for as long as flushing dozens of files takes.

import { type ChildProcess, spawn } from 'node:child_process'

/** The file system of one folder. */
export interface WholeSync extends Disposable {
  /** Whether all of it was written. Never throws; what did not work once is not tried again. */
  sync(signal: AbortSignal): Promise<boolean>
}

/** Nothing is started before something is to be written. */
export type OpenWholeSync = (folder: string) => WholeSync

/** It also waits for what others have to write, which may be much. */
const TIMEOUT_MS = 30_000
/** Answers each line with one: what `sync` ended with. */
const SCRIPT = 'while read -r line; do sync -f -- "$1"; echo "$?"; done'
const WRITTEN = '0'

/** By the system's `sync`. Where there is none, or one that does not know `-f`, nothing works. */
export const systemWholeSync: OpenWholeSync = (folder) => {
  let shell: ChildProcess | undefined
  let hasFailed = false
  const end = () => {
    // A `sync` in the kernel's hands ends when it can; nobody waits for it.
    shell?.kill('SIGKILL')
    shell?.stdout?.destroy()
    shell = undefined
    hasFailed = true
  }
  return {
    async sync(signal) {
      if (hasFailed || signal.aborted) return false
      shell ??= startShell(folder)
      if (!(await asks(shell, signal))) end()
      return !hasFailed
    },
    [Symbol.dispose]: end,
  }
}

function startShell(folder: string): ChildProcess {
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', folder], { stdio: ['pipe', 'pipe', 'ignore'] })
  // Told by what is awaited: a shell that is not there gives no answer.
  shell.on('error', () => {})
  shell.stdin?.on('error', () => {})
  return shell
}

function asks(shell: ChildProcess, signal: AbortSignal): Promise<boolean> {
  const { stdin, stdout } = shell
  return new Promise((resolve) => {
    const answer = (isWritten: boolean) => {
      clearTimeout(limit)
      signal.removeEventListener('abort', refuse)
      shell.off('error', refuse)
      stdout?.off('data', hear)
      stdout?.off('close', refuse)
      resolve(isWritten)
    }
    const refuse = () => answer(false)
    const hear = (text: Buffer) => answer(text.toString().trim() === WRITTEN)
    const limit = setTimeout(refuse, TIMEOUT_MS)
    signal.addEventListener('abort', refuse)
    shell.on('error', refuse)
    stdout?.on('data', hear)
    stdout?.on('close', refuse)
    stdin?.write('\n')
  })
}
