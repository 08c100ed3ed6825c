// A vault whose key was changed, under another key of the key service whose predecessor is gone,
// for a reader that shares no code with ours: it restores what was sealed before and after, and
// reads facts that were told anew.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { openKeyring } from '../../src/keys/index.ts'
import { parseJobId, parsePointId } from '../../src/model/index.ts'
import { openDiskStore } from '../../src/store/index.ts'
import { openVault, rotateVaultKey } from '../../src/vault/index.ts'
import { realDisk, systemRandom } from '../../src/world/index.ts'
import { FACTS, POINTS, VAULT, VECTORS } from './make.ts'

const READER = path.join(import.meta.dirname, '..', 'reader', 'independent-reader.mjs')
const LATER = parsePointId('0A0A0A0A-0000-4000-8000-00000000000A')
const world = { disk: realDisk, random: systemRandom }

test('points and facts from before and after a rotation are read without the key before', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-rotated-'))
  try {
    const keyring = path.join(folder, 'keyring')
    const root = path.join(folder, 'store')
    fs.cpSync(path.join(VECTORS, 'store'), root, { recursive: true })
    fs.cpSync(path.join(VECTORS, 'keyring'), keyring, { recursive: true })
    closeToOthers(keyring)
    const keys = await openKeyring({ folder: keyring, ...world })
    const place = { store: await openDiskStore({ root, ...world }), vaultId: VAULT, keys }
    const before = await openVault(place)
    await rotateVaultKey({ ...place, random: systemRandom })
    const keyArn = before.keyArn.replace(/key\/.*$/, 'key/the-next')
    await keys.ensureKey(keyArn)
    await rotateVaultKey({ ...place, random: systemRandom, keyArn })
    const gone = /^arn:[^:]*:kms:([^:]*):([^:]*):key\/(.*)$/.exec(before.keyArn) ?? []
    fs.rmSync(path.join(keyring, gone[2] ?? '', gone[1] ?? '', `${gone[3]}.json`))

    const after = await openVault(place)
    assert.equal(after.keyVersion, 3)
    const first = await after.readManifest(POINTS[0])
    const again = { ...first, pointId: LATER, jobId: parseJobId(LATER), fence: 1 }
    await after.sealManifest(again, systemRandom)
    await after.facts.write(
      { number: FACTS.length + 1, replaces: 1, facts: FACTS.slice(0, 1) },
      systemRandom,
    )
    await after.facts.drop({ after: 0, upTo: 1 })

    const read = (...what: string[]) =>
      execFileSync(process.execPath, [READER, root, keyring, VAULT, ...what], { encoding: 'utf8' })
    const [one, two] = [path.join(folder, 'one'), path.join(folder, 'two')]
    for (const target of [one, two]) fs.mkdirSync(target)
    read(POINTS[0], one)
    read(LATER, two)
    assert.deepEqual(listing(two), listing(one))
    assert.ok(listing(one).length > 3)
    const told = [...FACTS.slice(1), ...FACTS.slice(0, 1)]
    assert.deepEqual(JSON.parse(read('facts')), JSON.parse(JSON.stringify(told)))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
})

function listing(folder: string): string[] {
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
}

function closeToOthers(folder: string): void {
  fs.chmodSync(folder, 0o700)
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? 0o700 : 0o600
    fs.chmodSync(path.join(entry.parentPath, entry.name), mode)
  }
}
