// When packs are reported: with the next claim, and at the end at the latest.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ArrivedPack, PackLedger } from './pack-ledger.ts'
import { makeVault, node, SMALL, seededRandom, sourceOf } from './vault-world.suite.ts'

const FILES = 40

/** A ledger that keeps what may be told later, as the catalog's does; counts transactions. */
function patientLedger() {
  const untold: ArrivedPack[] = []
  const live = new Set<string>()
  const counts = { claims: 0, reports: 0 }
  const tell = () => {
    for (const { name } of untold.splice(0)) live.add(name)
  }
  const ledger: PackLedger = {
    claim: async (packs) => {
      counts.claims += 1
      tell()
      return new Map(packs.map(({ name }) => [name, 'put'] as const))
    },
    arrived: async (packs, when) => {
      untold.push(...packs)
      if (when === 'later') return
      if (untold.length > 0) counts.reports += 1
      tell()
    },
    wait: async () => undefined,
  }
  return { ledger, live, counts }
}

async function writeFiles(ending: 'finish' | 'abandon') {
  const { vault, random } = await makeVault(1)
  const { ledger, live, counts } = patientLedger()
  await using writer = await vault.writer({ known: [], ledger, random, limits: SMALL })
  await writer.add(node('', 'directory').facts)
  for (let number = 0; number < FILES; number++) {
    const content = seededRandom(`${number}`).bytes(SMALL.packBytes ?? 0)
    const file = node(`f${String(number).padStart(3, '0')}`, 'file', { content })
    await writer.add(file.facts, sourceOf(file))
  }
  if (ending === 'finish') return { packs: (await writer.finish()).packs, live, counts }
  await writer[Symbol.asyncDispose]()
  return { packs: [], live, counts }
}

test('every pack is told, and telling takes hardly a transaction more than the claims', async () => {
  const { packs, live, counts } = await writeFiles('finish')
  assert.ok(packs.length >= FILES)
  assert.deepEqual([...live].sort(), packs.map(({ name }) => name).sort())
  assert.equal(counts.claims, packs.length)
  assert.ok(counts.reports <= 2, `${counts.reports} reports`)
})

test('a writer that is given up tells what it has put', async () => {
  const { live, counts } = await writeFiles('abandon')
  assert.equal(live.size, counts.claims)
})
