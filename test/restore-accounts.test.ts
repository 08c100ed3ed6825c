// Goal: folders of restores can be one account's alone, no account restores over what another one
// restored, and restores tell nothing of what lies outside the folders declared for them.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { A, B, twoAccounts } from './two-accounts.ts'

let world: Awaited<ReturnType<typeof twoAccounts>>
const points = new Map<string, string | undefined>()
before(async () => {
  world = await twoAccounts({
    accounts: { [A]: { restoreRoots: ['own-a'] }, [B]: { restoreRoots: ['own-b'] } },
  })
  for (const user of [world.a, world.b]) {
    await user.call('CreateBackupVault', { BackupVaultName: 'daily' })
    points.set(user.account, (await user.backUp('daily')).RecoveryPointArn)
    mkdirSync(path.join(world.folder, user === world.a ? 'own-a' : 'own-b'))
  }
})
after(() => world[Symbol.asyncDispose]())

const restore = (who: 'a' | 'b', target: string) => {
  const overwrite = { 'copyhold:overwrite': 'true' }
  const whole = path.isAbsolute(target) ? target : path.join(world.folder, target)
  return world[who].restore(points.get(world[who].account), whole, overwrite)
}

test('an account restores below its own folders and those of all, not below others’', async () => {
  for (const [who, target, state] of [
    ['a', 'own-a/one', 'COMPLETED'],
    ['b', 'own-b/one', 'COMPLETED'],
    ['b', 'restores/ofB', 'COMPLETED'],
    ['b', 'own-a/two', 'FAILED'],
    ['a', 'own-b/one', 'FAILED'],
  ] as const) {
    const job = await restore(who, target)
    assert.equal(job.State, state, `${who} into ${target}: ${job.StatusMessage}`)
  }
  assert.ok(!existsSync(path.join(world.folder, 'own-a/two')))
})

test('nobody restores over, into or around what another account restored', async () => {
  assert.equal((await restore('a', 'restores/ofA')).State, 'COMPLETED')
  symlinkSync('ofA', path.join(world.folder, 'restores', 'link'))
  for (const target of ['restores/ofA', 'restores/ofA/below', 'restores']) {
    const job = await restore('b', target)
    assert.equal(job.State, 'FAILED', target)
    assert.match(job.StatusMessage ?? '', /another account has restored there/)
  }
  // Nor is told what lies there.
  const told = new Set<string>()
  for (const below of ['x', 'a.txt', 'a.txt/x', 'nosuch/x', 'nosuch/x/y']) {
    const target = `restores/ofA/${below}`
    const { StatusMessage = '' } = await restore('b', target)
    told.add(StatusMessage.replace(path.join(world.folder, target), 'TARGET'))
  }
  assert.equal(told.size, 1, [...told].join('\n'))
  const byLink = await restore('b', 'restores/link/below')
  assert.equal(byLink.State, 'FAILED')
  assert.match(byLink.StatusMessage ?? '', /a symbolic link is on the way/)
  assert.equal(readFileSync(path.join(world.folder, 'restores/ofA/a.txt'), 'utf8'), `of ${A}`)
  assert.equal((await restore('a', 'restores/ofA')).State, 'COMPLETED', 'but its own, as ever')
  // A restore that did not come to write claims nothing.
  assert.equal((await restore('b', '/etc/of-b')).State, 'FAILED')
})

test('what lies outside is refused in the same words, whether or not it is there', async () => {
  const told = new Set<string>()
  const outside = ['/etc/hosts/x', '/etc/x', '/nosuch/x', '/root/x', '/', '/etc/../nosuch/x/y']
  for (const target of outside) {
    const { State, StatusMessage = '' } = await restore('b', target)
    assert.equal(State, 'FAILED', target)
    told.add(StatusMessage.replace(target, 'TARGET'))
  }
  const words =
    'Cannot restore into TARGET: it lies outside the folders declared for restores (restoreRoots, --restore-root)'
  assert.deepEqual([...told], [words])
})

test('a link below a root leads nowhere, in the same words whatever it leads to', async () => {
  const told = new Set<string>()
  for (const [i, to] of ['/etc', '/etc/hosts', '/root/.ssh', '/nosuch', '.', 'link0'].entries()) {
    symlinkSync(to, path.join(world.folder, 'restores', `link${i}`))
    for (const below of ['x', 'hosts/x', 'nosuch/x', 'link0/x']) {
      const target = `restores/link${i}/${below}`
      const { State, StatusMessage = '' } = await restore('b', target)
      assert.equal(State, 'FAILED', target)
      told.add(StatusMessage.replace(path.join(world.folder, target), 'TARGET'))
    }
  }
  const words = 'Cannot restore into TARGET: a symbolic link is on the way to it'
  assert.deepEqual([...told], [words])
})
