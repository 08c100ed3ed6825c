// Two simulated disks have one fingerprint only if all that is on them is the same: whoever skips
// a crash because its disk was judged before relies on that.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimDisk } from './disk.ts'

const FILE = '/folder/file'

/** Each changes something that a process, a kill or a power cut would find. */
const CHANGES: Readonly<Record<string, (disk: SimDisk) => Promise<void> | void>> = {
  'a byte written': (disk) => write(disk, FILE, 'Text'),
  'a byte more': (disk) => write(disk, FILE, 'text more'),
  'a synced byte that went bad': (disk) => disk.damage(FILE),
  'a file': async (disk) => void (await disk.open('/folder/other', 'create')),
  'an empty folder': (disk) => disk.mkdir('/folder/inner'),
  'another name of a file': (disk) => disk.link(FILE, '/folder/other'),
  'a new name': (disk) => disk.rename(FILE, '/folder/other'),
  'a name less': (disk) => disk.unlink(FILE),
  'a mode': (disk) => disk.setMode(FILE, 0o644),
  'a file of the same bytes in place of another': async (disk) => {
    await disk.copyFile(FILE, '/folder/other')
    await sync(disk, '/folder/other')
    await disk.rename('/folder/other', FILE)
    await disk.syncFolder('/folder')
  },
}

for (const [what, change] of Object.entries(CHANGES)) {
  test(`${what} changes the fingerprint`, async () => {
    const disk = await someDisk()
    const before = disk.fingerprint()
    await change(disk)
    assert.notEqual(disk.fingerprint(), before)
  })
}

test('a sync of bytes or names that were not synced changes the fingerprint', async () => {
  const disk = await someDisk()
  await write(disk, FILE, 'more')
  await disk.link(FILE, '/folder/other')
  const seen = [disk.fingerprint()]
  await sync(disk, FILE)
  seen.push(disk.fingerprint())
  await disk.syncFolder('/folder')
  seen.push(disk.fingerprint())
  assert.equal(new Set(seen).size, 3)
})

test('a sync that fails changes the fingerprint', async () => {
  for (const [call, syncs] of [
    ['datasync', (disk: SimDisk) => sync(disk, FILE)],
    ['syncFolder', (disk: SimDisk) => disk.syncFolder('/folder')],
  ] as const) {
    const disk = await someDisk()
    await write(disk, FILE, 'more')
    await disk.open('/folder/other', 'create')
    const before = disk.fingerprint()
    disk.failNext(call, 'EIO')
    await assert.rejects(syncs(disk))
    assert.notEqual(disk.fingerprint(), before, call)
  }
})

test('calls that only look, a kill, and a sync of what is synced leave the fingerprint', async () => {
  const disk = await someDisk()
  const before = disk.fingerprint()
  const file = await disk.open(FILE, 'read')
  await file.read(new Uint8Array(4), 0)
  await file.stat()
  await file.close()
  await disk.stat('/folder/none')
  await disk.readdir('/folder')
  await sync(disk, FILE)
  await disk.syncFolder('/folder')
  assert.equal(disk.fingerprint(), before)
  assert.equal(disk.afterKill().fingerprint(), before)
})

test('a disk that goes on leaves its copies as they were', async () => {
  for (const [what, change] of Object.entries(CHANGES)) {
    const disk = await someDisk()
    const copy = disk.afterKill()
    const before = copy.fingerprint()
    await change(disk)
    assert.equal(copy.fingerprint(), before, what)
    assert.equal(Buffer.from(copy.bytesOf(FILE)).toString(), 'text', what)
  }
})

test('power cuts that leave other bytes or names have other fingerprints', async () => {
  const disk = await someDisk()
  await write(disk, FILE, 'a longer text')
  const [before, after] = [disk.afterPowerCut(0), disk.afterPowerCut(1)]
  assert.notEqual(before.fingerprint(), after.fingerprint())
  assert.equal(before.fingerprint(), disk.afterPowerCut(0).fingerprint())
})

/** A folder and a file in it, all synced. */
async function someDisk(): Promise<SimDisk> {
  const disk = new SimDisk()
  await disk.mkdir('/folder')
  await (await disk.open(FILE, 'create')).close()
  await write(disk, FILE, 'text')
  await sync(disk, FILE)
  await disk.syncFolder('/folder')
  await disk.syncFolder('/')
  return disk
}

async function write(disk: SimDisk, at: string, text: string): Promise<void> {
  await using file = await disk.open(at, 'read')
  await file.write(Buffer.from(text), 0)
}

async function sync(disk: SimDisk, at: string): Promise<void> {
  await using file = await disk.open(at, 'read')
  await file.datasync()
}
