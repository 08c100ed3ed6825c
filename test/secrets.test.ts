// Goal: neither what is backed up nor any key is found anywhere but sealed in a store or in the
// keyring: not in the log, the catalog, or any file that the server writes beside. Method: a server
// that logs all it can, in a process whose temporary files go where they are looked for; a tree
// with a planted sentence; backups, copies, restores, a rotation, and each of them failing. Then
// every byte is searched for the sentence and for every key, raw, in hexadecimal and in base64.
// Not searched: the memory of the process. A core dump or a heap snapshot holds keys; the server
// makes none (`--report-*`, `--heapsnapshot-*` are off unless Node is told otherwise).

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { openKeyring } from '../src/keys/index.ts'
import type { VaultId } from '../src/model/index.ts'
import { openDiskStore } from '../src/store/index.ts'
import { listPoints, listVaults, openVault } from '../src/vault/index.ts'
import { openRecord } from '../src/vault/vault-record.ts'
import { realDisk, systemRandom } from '../src/world/index.ts'
import { User } from './real-server.ts'
import { temporaryFolder } from './trees/temporary-folder.ts'

const SENTENCE = 'the planted sentence 7f3a: nobody is to read this but who may'
const [HOME, AWAY] = ['eu-central-1', 'us-east-2']
const world = { disk: realDisk, random: systemRandom }

test('plaintext and keys are in no log, no catalog and no file but stores and keyring', async (t) => {
  using folder = temporaryFolder()
  const at = (name: string) => path.join(folder.path, name)
  for (const name of ['tree', 'tmp']) fs.mkdirSync(at(name))
  fs.writeFileSync(path.join(at('tree'), 'file'), `${SENTENCE}\n`.repeat(2_000))
  const server = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'secrets-server.ts'), at('data'), folder.path],
    { env: { ...process.env, TMPDIR: at('tmp') }, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  t.after(() => server.kill('SIGKILL'))
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said += piece
  })
  const [address] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string]
  await use(address.trim(), at)
  server.stdin.end()
  await once(server, 'close')

  assert.match(said, /job attempt/, 'the log tells of jobs, and of those that failed')
  assert.match(said, /KeyUnusable/)
  const secrets = await keysOf(at('data'))
  assert.ok(secrets.size > 8, `${secrets.size} keys`)
  const files = new Map<string, Buffer>([['the log', Buffer.from(said)]])
  for (const name of ['data', 'tmp']) {
    for (const file of filesBelow(at(name))) files.set(file, fs.readFileSync(file))
  }
  for (const [file, bytes] of files) {
    assert.equal(bytes.includes(SENTENCE), false, `${file} holds the sentence`)
    if (file.startsWith(path.join(at('data'), 'keys'))) continue
    for (const [name, key] of secrets) {
      for (const form of [key, key.toString('hex'), key.toString('base64')]) {
        assert.equal(bytes.includes(form), false, `${file} holds ${name}`)
      }
    }
  }
})

/** All that a server can be asked for, well and ill. */
async function use(url: string, at: (name: string) => string): Promise<void> {
  const [home, away] = [new User(url, HOME ?? ''), new User(url, AWAY ?? '')]
  await home.createVault('daily')
  await away.createVault('offsite')
  const resource = await home.addDirectory(at('tree'))
  const point = await home.backUp('daily', resource)
  const copy = await home.copy({ vault: 'daily', point }, away.vaultArn('offsite'))
  await home.extension('POST', '/vaults/daily/rotate-key', '{}')
  await home.backUp('daily', resource)
  await away.restore(copy, at('restored'))
  const restored = fs.readFileSync(path.join(at('restored'), 'file'), 'utf8')
  assert.ok(restored.startsWith(SENTENCE))
  // Into a folder that has something in it, and without a key.
  await assert.rejects(away.restore(copy, at('tree')))
  const key = filesBelow(path.join(at('data'), 'keys')).find((file) => file.includes(AWAY ?? ''))
  const text = fs.readFileSync(key ?? '', 'utf8')
  fs.writeFileSync(key ?? '', text.replace('"enabled"', '"disabled"'))
  await assert.rejects(home.copy({ vault: 'daily', point }, away.vaultArn('offsite')))
  await assert.rejects(away.restore(copy, at('restored again')))
  await assert.rejects(away.extension('POST', '/vaults/offsite/rotate-key', '{}'))
  fs.writeFileSync(key ?? '', text)
}

/** Every key there is: of the key service, of vaults, chunks and packs. */
async function keysOf(data: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  const keyring = path.join(data, 'keys')
  for (const file of filesBelow(keyring)) {
    if (!file.endsWith('.json')) continue
    const { key } = JSON.parse(fs.readFileSync(file, 'utf8')) as { key: string }
    found.set(file, Buffer.from(key, 'base64'))
  }
  const keys = await openKeyring({ folder: keyring, ...world })
  for (const region of [HOME, AWAY]) {
    const root = path.join(data, 'stores', region ?? '')
    const store = await openDiskStore({ root, ...world })
    const vaultIds: VaultId[] = []
    for await (const vaultId of listVaults(store)) vaultIds.push(vaultId)
    for (const vaultId of vaultIds) {
      const place = { store, vaultId, keys }
      const { vaultKey, chunkingKey } = await openRecord(place)
      found.set(`the key of ${vaultId}`, Buffer.from(vaultKey))
      found.set(`the chunking key of ${vaultId}`, Buffer.from(chunkingKey))
      const vault = await openVault(place)
      for await (const point of listPoints(place)) {
        for (const pack of (await vault.readManifest(point)).packs) {
          found.set(`the key of ${pack.name}`, Buffer.from(pack.dataKey))
        }
      }
    }
  }
  return found
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}
