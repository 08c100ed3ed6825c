// One Copyhold for each folder. The other process here is a real one, because the lock is the
// operating system's and must end with whoever holds it.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { ownFolder } from './owner.ts'
import { temporaryFolder } from './samples.suite.ts'

test('a folder is held by one owner at a time, also within one process', (t) => {
  const folder = temporaryFolder(t)
  const first = ownFolder({ folder })
  assert.throws(() => ownFolder({ folder }), {
    name: 'FolderInUse',
    message: `another Copyhold is using ${folder}: stop it first, or use another folder`,
  })
  first.release()
  ownFolder({ folder }).release()
})

test('a folder of another process is refused until that process is killed', async (t) => {
  const folder = temporaryFolder(t)
  const other = await startOwner(t, folder)
  assert.throws(() => ownFolder({ folder }), { name: 'FolderInUse' })
  other.kill('SIGKILL')
  await once(other, 'exit')
  ownFolder({ folder }).release()
})

test('a folder that is not there is a trouble, not a folder in use', (t) => {
  const folder = path.join(temporaryFolder(t), 'absent')
  assert.throws(() => ownFolder({ folder }), { name: 'Trouble' })
})

async function startOwner(t: TestContext, folder: string) {
  const script = `
    import { ownFolder } from ${JSON.stringify(import.meta.resolve('./owner.ts'))}
    ownFolder({ folder: ${JSON.stringify(folder)} })
    process.stdout.write('held')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}
