// A real server whose disk rots: `copyhold vault verify` repairs what another Region still has and
// says what nobody has, `copyhold vault compare` says what a vault lacks.

import assert from 'node:assert/strict'
import { readFileSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { makeHeavyTree } from './crash/heavy-tree.ts'
import { realServer, temporaryFolder, User } from './real-server.ts'
import { flip, packsIn } from './rotten-files.ts'
import { environmentOf, runCommand } from './run-command.ts'
import { compareTrees } from './trees/compare-trees.ts'

const TREE_BYTES = 8 * 1024 * 1024

test('a rotten vault is repaired from its copy, and what nobody has is told', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const tree = path.join(folder.path, 'tree')
  makeHeavyTree(tree, TREE_BYTES)
  const home = new User(server.url, 'eu-central-1')
  const away = new User(server.url, 'us-east-2')
  await home.createVault('daily')
  await away.createVault('offsite')
  const point = await home.backUp('daily', await home.addDirectory(tree))
  const copyhold = (...argv: string[]) =>
    runCommand(argv, { environment: environmentOf(home, folder.path) })

  const before = await copyhold('vault', 'compare', 'daily', away.vaultArn('offsite'))
  assert.equal(before.code, 3)
  assert.match(before.out, /1 of 1 recovery points/)
  await home.copy({ vault: 'daily', point }, away.vaultArn('offsite'))
  assert.equal((await copyhold('vault', 'compare', 'daily', away.vaultArn('offsite'))).code, 0)

  const [flipped = '', gone = ''] = packsIn(path.join(folder.path, 'data/stores/eu-central-1'))
  const whole = readFileSync(flipped)
  flip(flipped, 1000)
  unlinkSync(gone)
  const repaired = await copyhold('vault', 'verify', 'daily')
  assert.equal(repaired.code, 3, repaired.err)
  assert.match(repaired.out, /2 damaged packs made whole again\n$/)
  assert.deepEqual(readFileSync(flipped), whole)
  const again = await copyhold('vault', 'verify', 'daily', '--output', 'json')
  assert.equal(again.code, 0)
  assert.equal((JSON.parse(again.out) as { PacksRepaired: number }).PacksRepaired, 0)
  await home.restore(point, path.join(folder.path, 'restored'))
  assert.deepEqual(compareTrees(tree, path.join(folder.path, 'restored')), [])

  const stores = ['eu-central-1', 'us-east-2'].map((region) => `data/stores/${region}`)
  for (const store of stores) flip(packsIn(path.join(folder.path, store))[0] ?? '', 500)
  const damaged = await copyhold('vault', 'verify', 'daily')
  assert.equal(damaged.code, 3)
  assert.match(damaged.out, /1 damaged pack that no other vault can give/)
  assert.ok(damaged.out.includes(point))
  await assert.rejects(home.restore(point, path.join(folder.path, 'wrong')), /FAILED/)
})
