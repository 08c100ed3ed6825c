// How much memory the engine takes, whatever it is asked to move: backup, backup of nothing new,
// copy, restore and verification of a recovery point of very many small files (`files`), of one
// file and of a thousand with as many chunks and packs as a terabyte has (`terabyte`, `thousand`),
// of a terabyte in earnest whose packs are not kept (`seeded`), and of real bytes (`bytes`). Each
// is a built program in a process of its own.
// `npm run bench -- --memory files,terabyte --scale 0.1`

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { sideThread } from '../src/assembly/side.ts'
import { type ObjectStore, openDiskStore } from '../src/store/index.ts'
import {
  EntryListCheck,
  examinePack,
  examinePoint,
  type OpenVault,
  type PackLedger,
  type PointWriter,
  packAside,
  transferPacks,
  type WriterLimits,
} from '../src/vault/index.ts'
import { FACTS, job, makeVault, point, type TestVault } from '../src/vault/vault-world.suite.ts'
import { type Disk, realDisk, systemRandom } from '../src/world/index.ts'
import { MEGABYTE, processPeakMb } from './figures.ts'
import { ENTRY, seededContent, textContent } from './memory-contents.ts'

const MILLION = 1_000_000
const THOUSAND = 1_000
const GIGABYTE = 1024 * MEGABYTE
const FILES_IN_FOLDER = 100
const FILE_BYTES = 600
/** What the launcher and `src/assembly/worker.ts` give the thread that moves bytes. */
const V8_FLAGS = [
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
  '--semi-space-growth-factor=1',
  '--heap-growing-percent=20',
]
/** For the threads that it starts, which say themselves how much they may have. */
const NO_FLAG = '--max-semi-space-size=0'
const LOOK_MS = 10
const SAID_BYTES = 16 * GIGABYTE
/** Of one pack: 800 MB/s. */
const PUT_MS = 20
const BUNDLER = new URL('../build/bundle.mjs', import.meta.url).href

/**
 * A terabyte in chunks of 1 MiB has a million of them, and 65,536 packs of 16 MiB. Here a chunk has
 * 1 KiB and a pack 16 of them.
 */
const SMALL_CHUNKS: Partial<WriterLimits> = {
  packBytes: 18 * 1024,
  chunkMinBytes: 256,
  chunkAverageBytes: 1024,
  chunkMaxBytes: 4096,
}

interface Shape {
  readonly of: string
  readonly limits?: Partial<WriterLimits>
  /** Its packs are made and forgotten: nothing but a backup can be measured. */
  readonly keepsNamesOnly?: boolean
  readonly write: (writer: PointWriter) => Promise<void>
}

const SHAPES: Readonly<Record<string, (scale: number) => Shape>> = {
  files: (scale) => ({
    of: `${(MILLION * scale).toLocaleString('en')} files`,
    write: (writer) => addSmallFiles(writer, MILLION * scale),
  }),
  terabyte: (scale) => ({
    of: `one file of ${(MILLION * scale).toLocaleString('en')} chunks`,
    limits: SMALL_CHUNKS,
    write: (writer) => addLargeFiles(writer, { files: 1, bytes: GIGABYTE * scale }),
  }),
  thousand: (scale) => ({
    of: `a thousand files of ${(THOUSAND * scale).toLocaleString('en')} chunks`,
    limits: SMALL_CHUNKS,
    write: (writer) => addLargeFiles(writer, { files: THOUSAND, bytes: GIGABYTE * scale }),
  }),
  seeded: (scale) => ({
    of: `${(1024 * scale).toLocaleString('en')} GiB in one file, packs not kept`,
    keepsNamesOnly: true,
    write: (writer) => addLargeFiles(writer, { files: 1, bytes: 1024 * GIGABYTE * scale }),
  }),
  bytes: (scale) => ({
    of: `${(32 * scale).toLocaleString('en')} GiB in one file`,
    write: (writer) => addLargeFiles(writer, { files: 1, bytes: 32 * GIGABYTE * scale }),
  }),
}

/** The jobs, in the order in which they find what they need. */
const STEPS: Readonly<Record<string, (ground: MemoryGround) => Promise<unknown>>> = {
  'the program itself': async () => undefined,
  backup: ({ source, shape }) => writePoint(source, 1, shape),
  'backup, nothing new': ({ source, shape }) => takeOver(source, shape),
  copy: ({ source, destination }) => copy(source, destination),
  restore: ({ destination }) => readBack(destination.vault),
  verify: ({ destination }) => verify(destination.vault),
}

interface MemoryGround {
  readonly source: TestVault
  readonly destination: TestVault
  readonly shape: Shape
}

/** Runs each job of each shape in a process of its own and prints what they found. */
export async function measureMemory(options: {
  which: readonly string[]
  scale: number
}): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'copyhold-memory-'))
  try {
    const program = await builtInto(folder)
    for (const which of options.which) {
      const store = path.join(folder, which)
      const { of, keepsNamesOnly } = shapeOf(which, options.scale)
      process.stdout.write(`\n${of}:\n\n`)
      process.stdout.write('| job | resident | heap | outside it | took |\n')
      process.stdout.write('| --- | ---: | ---: | ---: | ---: |\n')
      const steps = Object.keys(STEPS)
      for (const step of keepsNamesOnly ? steps.slice(0, 2) : steps) {
        const args = [...V8_FLAGS, program, which, String(options.scale), step, store]
        const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
        if (status !== 0) throw new Error(`${step} of ${which} ended with ${status}`)
      }
      fs.rmSync(store, { recursive: true, force: true })
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function shapeOf(which: string, scale: number): Shape {
  const shape = SHAPES[which]?.(scale)
  if (!shape) throw new Error(`no measurement ${which}; there are ${Object.keys(SHAPES)}`)
  return shape
}

/** As JavaScript: reading TypeScript takes some 50 MiB that nobody has who runs a built program. */
async function builtInto(folder: string): Promise<string> {
  const { build } = await import('rolldown')
  const { builtThreads } = await import(BUNDLER)
  const input = {
    memory: path.join(import.meta.dirname, 'memory-here.ts'),
    'side-thread': path.join(import.meta.dirname, '..', 'src', 'assembly', 'side-thread.ts'),
  }
  fs.symlinkSync(
    path.join(import.meta.dirname, '..', 'node_modules'),
    path.join(folder, 'node_modules'),
  )
  await build({
    input,
    platform: 'node',
    external: [/^[^./]/],
    plugins: [builtThreads('mjs')],
    output: { dir: folder, format: 'esm', entryFileNames: '[name].mjs' },
    logLevel: 'warn',
  })
  return path.join(folder, 'memory.mjs')
}

/** One job, in this process, on the store in `root`: prints a row of the table. */
export async function measureHere(
  job: { which: string; scale: number; step: string },
  root: string,
): Promise<void> {
  const work = STEPS[job.step]
  if (!work) throw new Error(`no job ${job.step}`)
  const shape = shapeOf(job.which, job.scale)
  const disk = await openDiskStore({ root, disk: hastyDisk, random: systemRandom })
  const store = shape.keepsNamesOnly ? forgettingPacks(disk) : disk
  setFlagsFromString(NO_FLAG)
  const side = sideThread()
  const packing = packAside(() => side.open('pack'))
  const source = await makeVault(1, { store, packing })
  const destination = await makeVault(2, { store })
  const most = { heap: 0, outside: 0 }
  const look = () => {
    const { heapUsed, external } = process.memoryUsage()
    most.heap = Math.max(most.heap, heapUsed)
    most.outside = Math.max(most.outside, external)
  }
  const looking = setInterval(look, LOOK_MS)
  const startMs = performance.now()
  await work({ source, destination, shape })
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  clearInterval(looking)
  look()
  await side.stop()
  const mib = (bytes: number) => `${(bytes / MEGABYTE).toFixed(0)} MiB`
  const resident = mib(processPeakMb(process.pid) * MEGABYTE)
  process.stdout.write(
    `| ${job.step} | ${resident} | ${mib(most.heap)} | ${mib(most.outside)} | ${seconds} s |\n`,
  )
}

/** A disk that is not waited for: how long things take is measured elsewhere. */
export const hastyDisk: Disk = {
  ...realDisk,
  syncFolder: async () => undefined,
  async open(file, how) {
    return Object.assign(await realDisk.open(file, how), { datasync: async () => undefined })
  },
}

/**
 * Takes packs and keeps nothing of them: a terabyte need not lie on a disk to be made. Each is on
 * its way as long as on a disk, so that as many are at the same time.
 */
function forgettingPacks(store: ObjectStore): ObjectStore {
  return {
    async put(name, bytes) {
      if (!name.includes('/packs/')) return store.put(name, bytes)
      await new Promise((resolve) => setTimeout(resolve, PUT_MS))
      return 'created'
    },
    get: (name, range) => store.get(name, range),
    head: (name) => store.head(name),
    list: (prefix, after) => store.list(prefix, after),
    delete: (name) => store.delete(name),
  }
}

/** Lets everything be put and remembers nothing: a catalog's memory is not the engine's. */
const forgetful: PackLedger = {
  claim: async (packs) => new Map(packs.map(({ name }) => [name, 'put' as const])),
  arrived: async () => undefined,
  wait: async () => undefined,
}

async function writePoint(
  { vault, random }: TestVault,
  number: number,
  shape: Shape,
  known: Parameters<OpenVault['writer']>[0]['known'] = [],
): Promise<void> {
  const { packs, entryBlocks } = await write({ vault, random }, shape, known)
  const draft = { pointId: point(number), jobId: job(number), fence: 1, facts: FACTS }
  await vault.sealManifest({ ...draft, packs, entryBlocks }, random)
}

/** The writer is gone before its manifest is sealed, as in a backup job. */
async function write(
  { vault, random }: Pick<TestVault, 'vault' | 'random'>,
  shape: Shape,
  known: Parameters<OpenVault['writer']>[0]['known'],
) {
  const limits = shape.limits ?? {}
  const onProgress = sayHowFar()
  await using writer = await vault.writer({ known, ledger: forgetful, random, limits, onProgress })
  await shape.write(writer)
  return await writer.finish()
}

/** A terabyte takes an hour: says now and then how far it came and how much it takes by then. */
function sayHowFar(): NonNullable<Parameters<OpenVault['writer']>[0]['onProgress']> {
  let bytes = 0
  let said = 0
  return ({ bytesRead }) => {
    bytes += bytesRead
    if (bytes < said + SAID_BYTES) return
    said = bytes
    const [gib, now] = [bytes / GIGABYTE, process.memoryUsage.rss() / MEGABYTE]
    const most = processPeakMb(process.pid)
    const line = `${gib.toFixed(0)} GiB read: ${now.toFixed(0)} MiB, at most ${most.toFixed(0)}`
    process.stderr.write(`${line}\n`)
  }
}

async function addSmallFiles(writer: PointWriter, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    const folder = `folder-${String(Math.floor(number / FILES_IN_FOLDER)).padStart(6, '0')}`
    if (number % FILES_IN_FOLDER === 0) {
      await writer.add({ ...ENTRY, path: Buffer.from(folder), kind: 'directory' })
    }
    const name = `${folder}/file-${String(number % FILES_IN_FOLDER).padStart(3, '0')}.txt`
    const identity = { device: 1n, inode: BigInt(number), ctimeNs: ENTRY.mtimeNs }
    const facts = { ...ENTRY, path: Buffer.from(name), sizeBytes: FILE_BYTES, identity }
    await writer.add({ ...facts, kind: 'file' }, textContent(number, FILE_BYTES, identity))
  }
}

async function addLargeFiles(
  writer: PointWriter,
  of: { files: number; bytes: number },
): Promise<void> {
  const sizeBytes = Math.round(of.bytes / of.files)
  const read = seededContent()
  for (let number = 0; number < of.files; number++) {
    const name = `file-${String(number).padStart(6, '0')}`
    const facts = { ...ENTRY, path: Buffer.from(name), kind: 'file' as const, sizeBytes }
    await writer.add(facts, read(sizeBytes))
  }
}

/** As a backup does that finds nothing changed. */
async function takeOver({ vault, random, ...rest }: TestVault, { limits }: Shape): Promise<void> {
  const manifest = await vault.readManifest(point(1))
  const write = async (writer: PointWriter) => {
    for await (const group of vault.entryGroups(manifest, writer.ids)) {
      for (const entry of group) {
        if (!writer.reusable(entry)) throw new Error('an entry cannot be taken over')
        await writer.addUnchanged(entry)
      }
    }
  }
  await writePoint(
    { vault, random, ...rest },
    2,
    { of: '', ...(limits ? { limits } : {}), write },
    manifest.packs,
  )
}

async function copy(source: TestVault, destination: TestVault): Promise<void> {
  const manifest = await source.vault.readManifest(point(1))
  const { packs, entryBlocks } = manifest
  const { random } = destination
  const vaults = { source: source.vault, destination: destination.vault }
  await transferPacks({ ...vaults, packs, ledger: forgetful, random })
  const draft = { pointId: point(1), jobId: job(1), fence: 1, facts: FACTS, packs, entryBlocks }
  await destination.vault.sealManifest(draft, random)
}

async function readBack(vault: OpenVault): Promise<void> {
  const manifest = await vault.readManifest(point(1))
  const reader = await vault.reader(manifest)
  let bytes = 0
  for await (const entry of vault.entries(manifest, reader.ids)) {
    await reader.content(entry, (piece) => {
      bytes += piece.length
    })
  }
  if (bytes === 0) throw new Error('nothing was read back')
}

async function verify(vault: OpenVault): Promise<void> {
  const { signal } = new AbortController()
  const manifest = await examinePoint(vault, point(1), { lists: new EntryListCheck(vault), signal })
  for (const { name } of manifest.packs) {
    const found = await examinePack(vault, name, signal)
    if (!found.isWhole) throw new Error(found.reason)
  }
}
