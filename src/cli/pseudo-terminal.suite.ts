// Plays a program on a pseudo-terminal for tests: waits for a text, types, waits for the next. The
// terminal is Python's, because Node has none.

import { spawn, spawnSync } from 'node:child_process'

export interface Step {
  /** What has to appear, after what appeared before, control sequences aside. */
  readonly wait: string
  /** What is typed then. */
  readonly type?: string
}

export interface Played {
  /** All that appeared, without control sequences. */
  readonly screen: string
  /** Every line as often as it was drawn. */
  readonly drawn: readonly string[]
  /** All that was written, control sequences too. */
  readonly raw: string
  readonly exitCode: number
}

const PLAYER = `
import fcntl, json, os, pty, re, select, struct, sys, termios, time
job = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 50, job['columns'], 0, 0))
    os.execvpe(job['command'][0], job['command'], job['env'])
CONTROL = re.compile(
    r'\\x1b\\[[0-9;?]*[a-zA-Z]|\\x1b[=>78]|\\x1b\\][^\\x07]*\\x07|\\x1b\\([A-Z]|[\\x07\\x08]')
screen, steps, end = b'', list(job['steps']), time.time() + job['seconds']
text, seen = '', 0
while time.time() < end:
    ready, _, _ = select.select([terminal], [], [], 0.05)
    if ready:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        screen += part
        if b'\\x1b[c' in part or b'\\x1b[0c' in part:
            os.write(terminal, b'\\x1b[?62c')
        text = CONTROL.sub('', screen.decode('utf-8', 'replace')).replace('\\r', '')
    while steps and steps[0]['wait'] in text[seen:]:
        step = steps.pop(0)
        seen = text.index(step['wait'], seen) + len(step['wait'])
        if step.get('type') is not None:
            time.sleep(0.1)
            os.write(terminal, step['type'].encode())
else:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
raw = screen.decode('utf-8', 'replace')
drawn = re.split(r'[\\r\\n]+|\\x1b\\[1G', raw)
drawn = [CONTROL.sub('', line) for line in drawn]
left = [s['wait'] for s in steps]
json.dump({'raw': raw, 'drawn': drawn, 'screen': text, 'exitCode': code, 'left': left}, sys.stdout)
`

/** Why there is no pseudo-terminal here; false where there is one. */
export const noTerminal: string | false =
  spawnSync('python3', ['-c', 'import pty, fcntl']).status === 0
    ? false
    : 'python3 with pty is not installed'

/** Plays the steps. Throws when a step's text did not appear in time. */
export async function playOnTerminal(job: {
  command: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  steps: readonly Step[]
  seconds?: number
  columns?: number
}): Promise<Played> {
  const player = spawn('python3', ['-c', PLAYER], { stdio: ['pipe', 'pipe', 'inherit'] })
  player.stdin.end(JSON.stringify({ seconds: 120, columns: 160, ...job }))
  let printed = ''
  for await (const part of player.stdout) printed += String(part)
  const { left, ...played } = JSON.parse(printed) as Played & { left: string[] }
  if (left.length > 0) {
    throw new Error(`did not appear: ${left.join(' | ')}\n--- the screen:\n${played.screen}`)
  }
  return played
}
