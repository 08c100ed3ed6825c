// How much memory the engine takes, whatever it is asked to move. Each measurement is a process of
// its own: `files` writes, takes over, copies and reads back a recovery point of very many small
// files on a disk store; `bytes` writes one endless file into a store that keeps names only. Their
// peaks are printed as a table. `npm run bench -- --memory files,bytes --scale 0.1`

import { spawnSync } from 'node:child_process'
import { createCipheriv } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type ObjectStore, objectName, openDiskStore } from '../src/store/index.ts'
import type { OpenVault, PointWriter, SourceContent } from '../src/vault/index.ts'
import { provePacks, transferPacks } from '../src/vault/index.ts'
import { FACTS, job, makeVault, point, type TestVault } from '../src/vault/vault-world.suite.ts'
import { realDisk, systemRandom } from '../src/world/index.ts'
import { forgetPeak, processPeakMb } from './figures.ts'

const MEGABYTE = 1 << 20
const TERABYTE = 1024 * 1024 * MEGABYTE
const MILLION = 1_000_000
const FILES_IN_FOLDER = 100
const FILE_BYTES = 600
const PAGE_BYTES = 64 * 1024
const BLOCK_BYTES = 8 * MEGABYTE
const RUN = path.join(import.meta.dirname, 'run.ts')
/** What the server gives its worker: see `src/assembly/worker.ts`. */
const YOUNG_FLAG = '--max-semi-space-size=4'

interface Peak {
  readonly what: string
  readonly peakMb: number
  readonly seconds: number
}

/** Runs each measurement in a process of its own and prints what they found. */
export function measureMemory(options: { which: readonly string[]; scale: number }): void {
  process.stdout.write('| what | peak memory | took |\n| --- | ---: | ---: |\n')
  for (const which of options.which) {
    const run = ['--memory', which, '--scale', String(options.scale), '--here']
    const { status, stdout } = spawnSync(process.execPath, [YOUNG_FLAG, RUN, ...run], {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the measurement ${which} ended with ${status}`)
    process.stdout.write(stdout)
  }
}

/** One measurement, in this process. @public: called by name in a process of its own. */
export async function measureHere(which: string, scale: number): Promise<void> {
  process.stdout.write(
    `| ${which}: the program itself | ${processPeakMb(process.pid).toFixed(0)} MiB | |\n`,
  )
  const peaks = which === 'files' ? manyFiles(MILLION * scale) : manyBytes(TERABYTE * scale)
  for await (const { what, peakMb, seconds } of peaks) {
    process.stdout.write(`| ${what} | ${peakMb.toFixed(0)} MiB | ${seconds.toFixed(1)} s |\n`)
  }
}

async function* manyFiles(count: number): AsyncGenerator<Peak> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-memory-'))
  const world = { root: path.join(folder, 'store'), disk: realDisk, random: systemRandom }
  const of = `${count.toLocaleString('en')} files`
  try {
    const store = await openDiskStore(world)
    const source = await makeVault(1, { store })
    const destination = await makeVault(2, { store })
    yield await peakOf(`backup of ${of}`, () =>
      writePoint(source, 1, (writer) => addFiles(writer, count)),
    )
    yield await peakOf(`no-op backup of ${of}`, () => takeOver(source))
    yield await peakOf(`copy of ${of}`, () => copy(source, destination))
    yield await peakOf(`reading ${of} back`, () => readBack(destination.vault))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function* manyBytes(count: number): AsyncGenerator<Peak> {
  const vault = await makeVault(1, { store: namesOnly() })
  const of = `${(count / 2 ** 30).toLocaleString('en')} GiB in one file`
  yield await peakOf(`backup of ${of}`, () =>
    writePoint(vault, 1, async (writer) => {
      const content = seededContent(count)
      await writer.add(
        { ...ENTRY, path: Buffer.from('large'), kind: 'file', sizeBytes: count },
        content,
      )
    }),
  )
  yield await peakOf(`opening its manifest`, () => vault.vault.readManifest(point(1)))
}

async function peakOf(what: string, work: () => Promise<unknown>): Promise<Peak> {
  forgetPeak(process.pid)
  const startMs = performance.now()
  await work()
  return { what, peakMb: processPeakMb(process.pid), seconds: (performance.now() - startMs) / 1000 }
}

const ENTRY = { mode: 0o644, uid: 0, gid: 0, mtimeNs: 1_700_000_000_000_000_000n, sizeBytes: 0 }

async function writePoint(
  { vault, ledger, random }: TestVault,
  number: number,
  write: (writer: PointWriter) => Promise<void>,
  known: Parameters<OpenVault['writer']>[0]['known'] = [],
): Promise<void> {
  await using writer = await vault.writer({ known, ledger: ledger.ledger, random })
  await write(writer)
  const { packs, entryBlocks } = await writer.finish()
  const draft = { pointId: point(number), jobId: job(number), fence: 1, facts: FACTS }
  await vault.sealManifest({ ...draft, packs, entryBlocks }, random)
}

async function addFiles(writer: PointWriter, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const folder = `folder-${String(Math.floor(number / FILES_IN_FOLDER)).padStart(6, '0')}`
    if (number % FILES_IN_FOLDER === 0) {
      await writer.add({ ...ENTRY, path: Buffer.from(folder), kind: 'directory' })
    }
    const name = `${folder}/file-${String(number % FILES_IN_FOLDER).padStart(3, '0')}.txt`
    const identity = { device: 1n, inode: BigInt(number), ctimeNs: ENTRY.mtimeNs }
    const facts = { ...ENTRY, path: Buffer.from(name), sizeBytes: FILE_BYTES, identity }
    await writer.add({ ...facts, kind: 'file' }, textContent(number, identity))
  }
}

/** As a backup does that finds nothing changed. */
async function takeOver(source: TestVault): Promise<void> {
  const manifest = await source.vault.readManifest(point(1))
  const reader = await source.vault.reader(manifest)
  const take = async (writer: PointWriter) => {
    for await (const group of source.vault.entryGroups(manifest)) {
      for (const entry of group) {
        for (const extent of entry.extents) if (extent.kind === 'data') reader.has(extent.chunk)
        await writer.addUnchanged(entry)
      }
    }
  }
  await writePoint(source, 2, take, manifest.packs)
}

async function copy(source: TestVault, destination: TestVault): Promise<void> {
  const manifest = await source.vault.readManifest(point(1))
  const { packs, entryBlocks } = manifest
  const { ledger, random } = destination
  const vaults = { source: source.vault, destination: destination.vault }
  const { moved } = await transferPacks({ ...vaults, packs, ledger: ledger.ledger })
  await provePacks({ destination: destination.vault, moved, reused: [], random })
  const draft = { pointId: point(1), jobId: job(1), fence: 1, facts: FACTS, packs, entryBlocks }
  await destination.vault.sealManifest(draft, random)
}

async function readBack(vault: OpenVault): Promise<void> {
  const manifest = await vault.readManifest(point(1))
  const reader = await vault.reader(manifest)
  let bytes = 0
  for await (const entry of vault.entries(manifest)) {
    await reader.content(entry, (piece) => {
      bytes += piece.length
    })
  }
  if (bytes === 0) throw new Error('nothing was read back')
}

function textContent(number: number, identity: { device: bigint; inode: bigint; ctimeNs: bigint }) {
  const text = Buffer.alloc(
    FILE_BYTES,
    `file ${number} says: ${number * 7919} and ${number ** 2}\n`,
  )
  return contentOf(FILE_BYTES, { fill: (into) => into.set(text), identity })
}

/** The same bytes on every run; no two pages of it are alike. Makes no garbage that would count. */
function seededContent(sizeBytes: number): SourceContent {
  const cipher = createCipheriv('aes-256-ctr', Buffer.alloc(32, 3), Buffer.alloc(16))
  const block = cipher.update(Buffer.alloc(BLOCK_BYTES))
  let pages = 0
  return contentOf(sizeBytes, {
    fill(into) {
      for (let at = 0; at < into.length; at += PAGE_BYTES) {
        const from = (pages * PAGE_BYTES) % BLOCK_BYTES
        const page = block.subarray(from, from + Math.min(PAGE_BYTES, into.length - at))
        page[pages % page.length] = (page[pages % page.length] as number) + 1
        page.writeUIntLE(pages, 0, Math.min(6, page.length))
        into.set(page, at)
        pages += 1
      }
    },
  })
}

function contentOf(
  sizeBytes: number,
  of: {
    fill(into: Uint8Array): void
    identity?: { device: bigint; inode: bigint; ctimeNs: bigint }
  },
): SourceContent {
  let left = sizeBytes
  return {
    read(into) {
      const count = Math.min(left, into.length)
      if (count > 0) of.fill(into.subarray(0, count))
      left -= count
      return count
    },
    close: () => ({
      sizeBytes,
      mtimeNs: ENTRY.mtimeNs,
      ...(of.identity ? { identity: of.identity } : {}),
    }),
  }
}

/** Keeps what is small, such as records and manifests, and of packs the name alone. */
function namesOnly(): ObjectStore {
  const kept = new Map<string, Uint8Array>()
  return {
    async put(name, bytes) {
      if (!name.includes('/packs/')) kept.set(name, new Uint8Array(bytes))
      return 'created'
    },
    async get(name) {
      const bytes = kept.get(name)
      if (bytes === undefined) throw new Error(`${name} was not kept`)
      return bytes
    },
    async head(name) {
      const bytes = kept.get(name)
      return bytes && { sizeBytes: bytes.length }
    },
    async *list(prefix) {
      for (const name of kept.keys()) if (name.startsWith(prefix)) yield objectName(name)
    },
    async delete(name) {
      kept.delete(name)
    },
  }
}
