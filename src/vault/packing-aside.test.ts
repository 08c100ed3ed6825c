// Packing on a real side thread, and what is told when that dies.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sideThread } from '../assembly/side.ts'
import { Trouble } from '../model/index.ts'
import { packingSuite } from './packing.suite.ts'
import { packAside } from './packing-aside.ts'
import { makeVault, node, SMALL, seededRandom, sourceOf } from './vault-world.suite.ts'

const side = sideThread()
after(() => side.stop())
const aside = packAside(() => side.open('pack'))

packingSuite('packing on a side thread', aside)

test('a side thread that dies fails the writer with a trouble, and the next one works', async () => {
  const mortal = sideThread()
  const { vault, random, ledger } = await makeVault(1, {
    packing: packAside(() => mortal.open('pack')),
  })
  const write = async (kill: boolean) => {
    const options = { known: [], ledger: ledger.ledger, random, limits: SMALL }
    await using writer = await vault.writer(options)
    await writer.add(node('', 'directory').facts)
    for (let number = 0; number < 40; number++) {
      const content = seededRandom(`${kill} ${number}`).bytes(60_000)
      const file = node(`f${String(number).padStart(3, '0')}`, 'file', { content })
      await writer.add(file.facts, sourceOf(file))
      if (kill && number === 20) await mortal.stop()
    }
    return await writer.finish()
  }
  await assert.rejects(write(true), (error) => {
    assert.ok(error instanceof Trouble && error.retryable)
    assert.match(error.message, /side thread makes no more packs/)
    return true
  })
  assert.equal((await write(false)).entries, 41)
  await mortal.stop()
})
