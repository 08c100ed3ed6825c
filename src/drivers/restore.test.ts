// Targets that are refused, restores that die, stop, are repeated or abandoned.

import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { compareTrees } from '../../test/trees/compare-trees.ts'
import { backUp, type MemoryPoint, restore, restoreRequest } from '../../test/trees/memory-point.ts'
import { makeOddTree } from '../../test/trees/odd-tree.ts'
import { temporaryFolder } from '../../test/trees/temporary-folder.ts'
import { Answer, Trouble } from '../model/index.ts'
import { portOver, realTree, systemClock, type Tree } from '../world/index.ts'
import { libc } from '../world/libc.ts'
import { openDirectoryDriver, serveMaking } from './index.ts'
import type { MakingLine } from './making-aside.ts'

const JOB = '5EC8E7B2-0F27-4B57-9E0C-3C3B3F8E9A11'
const STAGING = `.copyhold-restore-${JOB}`
// What statfs tells of ext4 and tmpfs.
const EXT = 0xef53
const TMPFS = 0x01021994
const driver = openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [] })
const over = (tree: Tree) => openDirectoryDriver({ tree, clock: systemClock, ownFolders: [] })

/** Files are made at the other end of a line, as on another thread. */
const overAside = (tree: Tree) => {
  const openMakingLine = () => {
    const { port1, port2 } = new MessageChannel()
    serveMaking(portOver(port2), { tree })
    return portOver(port1) as MakingLine
  }
  return openDirectoryDriver({ tree, clock: systemClock, ownFolders: [], openMakingLine })
}

/** Asserts that `restoring` ends with RestoreTargetInvalid whose reason matches. */
async function refused(restoring: Promise<unknown>, reason: RegExp): Promise<void> {
  await assert.rejects(restoring, (error) => {
    assert.ok(error instanceof Answer, String(error))
    assert.ok(error.failure.code === 'RestoreTargetInvalid', error.message)
    assert.match(error.failure.reason, reason)
    return true
  })
}

function smallPoint(folder: string): Promise<MemoryPoint> {
  mkdirSync(join(folder, 'small/in'), { recursive: true })
  writeFileSync(join(folder, 'small/a'), 'a')
  writeFileSync(join(folder, 'small/in/b'), 'b'.repeat(100_000))
  linkSync(join(folder, 'small/a'), join(folder, 'small/in/c'))
  symlinkSync('a', join(folder, 'small/z'))
  return backUp(driver, join(folder, 'small'))
}

test('a target that holds anything is refused and left alone, unless told otherwise', async () => {
  using folder = temporaryFolder()
  const point = await smallPoint(folder.path)
  const target = join(folder.path, 'target')
  mkdirSync(target)
  writeFileSync(join(target, 'mine'), 'mine')
  await refused(restore(driver, point, { target }), /not empty/)
  await refused(restore(driver, point, { target, resuming: true }), /not empty/)
  assert.deepEqual(readdirSync(target), ['mine'])
  writeFileSync(join(target, 'a'), 'older')
  symlinkSync('/etc', join(target, 'z'))
  await restore(driver, point, { target, allowNonEmpty: true })
  assert.equal(readFileSync(join(target, 'mine'), 'utf8'), 'mine')
  const differences = compareTrees(join(folder.path, 'small'), target)
  assert.deepEqual(
    differences.map(({ path, what }) => [path, what]),
    [['mine', 'extra']],
  )
})

test('a target must be an absolute path to a real folder below a declared root', async () => {
  using folder = temporaryFolder()
  const point = await smallPoint(folder.path)
  const at = (name: string) => join(folder.path, name)
  mkdirSync(at('root'))
  mkdirSync(at('elsewhere'))
  symlinkSync(at('elsewhere'), at('root/way-out'))
  writeFileSync(at('root/file'), '')
  const roots = [{ name: at('root'), real: realpathSync(at('root')) }]
  const to = (target: string) => restore(driver, point, { target, roots })
  await refused(to('relative'), /not absolute/)
  await refused(to('/'), /not a folder that can be made/)
  await refused(to(`${at('root')}/..`), /not a folder that can be made/)
  await refused(to(at('root/absent/deeper')), /does not exist/)
  await refused(to(at('root/file/deeper')), /a file is where a folder/)
  await refused(to(at('root/file')), /not a folder/)
  await refused(to(at('root/way-out')), /not a folder/)
  await refused(to(at('root/way-out/out')), /a symbolic link is on the way/)
  await refused(to(at('root/way-out/absent/out')), /a symbolic link is on the way/)
  await refused(to(at('root-of-another')), /outside/)
  assert.deepEqual(readdirSync(at('elsewhere')), [])
  assert.equal(existsSync(at('root-of-another')), false)
  await to(at('root/here'))
  assert.deepEqual(compareTrees(at('small'), at('root/here')), [])
})

test('nothing is restored into or around a folder of this server', async () => {
  using folder = temporaryFolder()
  const point = await smallPoint(folder.path)
  const own = join(folder.path, 'data/own')
  mkdirSync(own, { recursive: true })
  const here = openDirectoryDriver({ tree: realTree, clock: systemClock, ownFolders: [own] })
  for (const target of [own, join(own, 'in'), join(folder.path, 'data')]) {
    await refused(restore(here, point, { target, allowNonEmpty: true }), /folder of this server/)
  }
})

/** A tree that fails or dies at the `at`th call that changes something. */
function failingTree(
  at: number,
  die: () => Error,
  underneath = realTree,
): { tree: Tree; calls: () => number } {
  let calls = 0
  const strike = () => {
    if (calls++ === at) throw die()
  }
  const changing = (name: string) =>
    /^(create|write|resize|set|make|symlink|link|rename|remove)/.test(name)
  const tree = new Proxy(underneath, {
    get(real, name: keyof Tree) {
      const call = real[name]
      if (typeof call !== 'function' || !changing(name)) return call
      return (...words: never[]) => {
        strike()
        return (call as (...all: never[]) => unknown)(...words)
      }
    },
  })
  return { tree, calls: () => calls }
}

// Goal: whatever call a restore dies at, what has a name in the target is whole, and the next
// attempt finishes. Method: every changing call in turn throws, as do all after it (so that no
// cleaning up happens either), then the restore is repeated on the real tree. In memory files take
// their names at once, on a disk when their batch is flushed.
for (const [where, type, openDriver] of [
  ['on a disk', EXT, over],
  ['in memory', TMPFS, over],
  ['on a disk by another thread', EXT, overAside],
] as const) {
  const underneath: Tree = { ...realTree, fileSystemType: () => type }
  test(`a restore ${where} killed anywhere leaves whole files, and the next one finishes`, () =>
    killedAnywhere(underneath, openDriver))
}

async function killedAnywhere(underneath: Tree, openDriver: typeof over): Promise<void> {
  using folder = temporaryFolder()
  const point = await smallPoint(folder.path)
  const whole = new Map([
    ['a', 1],
    ['b', 100_000],
    ['c', 1],
  ])
  const counted = failingTree(-1, () => new Error('never'), underneath)
  await restore(openDriver(counted.tree), point, { target: join(folder.path, 'counted') })
  assert.ok(counted.calls() > 20)
  for (let at = 0; at <= counted.calls(); at++) {
    const target = join(folder.path, `target-${at}`)
    const dead = new Error('killed')
    let isDead = false
    const die = () => {
      isDead = true
      return dead
    }
    const { tree } = failingTree(at, die, underneath)
    const killed = new Proxy(tree, {
      get(real, name: keyof Tree) {
        if (isDead && name.startsWith('remove')) throw dead
        return real[name]
      },
    })
    const attempt = restore(openDriver(killed), point, { target })
    if (at < counted.calls()) await assert.rejects(attempt, /killed/)
    else await attempt
    for (const file of existsSync(target) ? readdirSync(target, { recursive: true }) : []) {
      const name = String(file)
      const size = whole.get(name.split('/').at(-1) ?? '')
      if (name.startsWith(STAGING) || size === undefined) continue
      assert.equal(statSync(join(target, name)).size, size, `${name} after call ${at}`)
    }
    await restore(driver, point, { target, resuming: true })
    assert.deepEqual(compareTrees(join(folder.path, 'small'), target), [], `after call ${at}`)
  }
}

test('a file takes its name when it was flushed, and in memory nothing is flushed for it', async () => {
  using folder = temporaryFolder()
  const point = await smallPoint(folder.path)
  for (const type of [EXT, TMPFS]) {
    const calls: string[] = []
    const tree: Tree = {
      ...realTree,
      fileSystemType: () => type,
      flush: async (file) => {
        if (realTree.fstat(file).kind === 'file') calls.push('flush')
        await realTree.flush(file)
      },
      rename: (from, to) => {
        calls.push('rename')
        realTree.rename(from, to)
      },
    }
    await restore(over(tree), point, { target: join(folder.path, String(type)) })
    const ofFiles = calls.slice(0, type === EXT ? 4 : 2)
    const flushes = type === EXT ? ['flush', 'flush'] : []
    assert.deepEqual(ofFiles, [...flushes, 'rename', 'rename'])
    assert.equal(calls.lastIndexOf('flush'), flushes.length - 1)
  }
})

test('files made alike are looked at once, unless others may change the staging folder', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  mkdirSync(source)
  const modes = [0o644, 0o600, 0o666, 0o4755, 0o640, 0o400]
  for (let number = 0; number < 30; number++) {
    const file = join(source, `file-${number}`)
    writeFileSync(file, 'content')
    chmodSync(file, modes[number % modes.length] as number)
  }
  const point = await backUp(driver, source)
  const looks = { ours: 0, shared: 0 }
  for (const staging of ['ours', 'shared'] as const) {
    const target = join(folder.path, staging)
    mkdirSync(join(target, STAGING), { recursive: true })
    chmodSync(join(target, STAGING), staging === 'ours' ? 0o700 : 0o777)
    const fstat = (file: number) => {
      const stat = realTree.fstat(file)
      if (stat.kind === 'file') looks[staging] += 1
      return stat
    }
    await restore(over({ ...realTree, fstat }), point, { target })
    assert.deepEqual(compareTrees(source, target), [])
  }
  assert.ok(looks.shared >= 30, String(looks.shared))
  assert.ok(looks.ours <= modes.length + 1, String(looks.ours))
})

test('a full disk is a trouble: the mark stays and the next attempt goes on', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  makeOddTree(source, 5, { smallFiles: 600, largeBytes: 5_000 })
  const point = await backUp(driver, source)
  const target = join(folder.path, 'target')
  const full = () => Object.assign(new Error('full'), { code: 'ENOSPC', errno: -28 })
  const counted = failingTree(-1, full)
  await restore(over(counted.tree), point, { target: join(folder.path, 'counted') })
  const { tree } = failingTree(counted.calls() - 10, full)
  await assert.rejects(
    restore(over(tree), point, { target }),
    (error) => error instanceof Trouble && error.retryable,
  )
  assert.deepEqual(readdirSync(join(target, STAGING)), [])
  const report = await restore(driver, point, { target, resuming: true })
  assert.ok(report.alreadyThere > 0, 'files that were whole are not written again')
  assert.deepEqual(compareTrees(source, target), [])
})

test('a restore that had ended is recognised when it is asked for again', async () => {
  using folder = temporaryFolder()
  const source = join(folder.path, 'source')
  makeOddTree(source, 6, { smallFiles: 50, largeBytes: 5_000 })
  const point = await backUp(driver, source)
  const target = join(folder.path, 'target')
  await restore(driver, point, { target })
  const again = await restore(driver, point, { target, resuming: true })
  assert.equal(again.alreadyThere, point.entries.length)
  assert.deepEqual(compareTrees(source, target), [])
  writeFileSync(join(target, 'many/0/f1'), 'changed by its user')
  await refused(restore(driver, point, { target, resuming: true }), /not empty/)
  assert.equal(readFileSync(join(target, 'many/0/f1'), 'utf8'), 'changed by its user')
})

test('a restore that is stopped ends with the reason and can be abandoned', async () => {
  using folder = temporaryFolder()
  const point = await smallPoint(folder.path)
  const target = join(folder.path, 'target')
  const stop = new AbortController()
  const reason = new Error('stopped')
  const request = restoreRequest(point, { target, signal: stop.signal })
  const content: typeof request.content = async (entry, write) => {
    stop.abort(reason)
    await request.content(entry, write)
  }
  await assert.rejects(driver.restore({ ...request, content }), reason)
  assert.ok(readdirSync(target).includes(STAGING))
  const { path } = folder
  const roots = [{ name: path, real: realpathSync(path) }]
  await driver.abandon({ target, jobId: JOB, roots })
  await driver.abandon({ target, jobId: JOB, roots })
  await driver.abandon({ target: join(path, 'absent'), jobId: JOB, roots })
  assert.deepEqual(readdirSync(target), [])
})

test('a failure that no attempt mends leaves no staging folder', async () => {
  using folder = temporaryFolder()
  const point = await smallPoint(folder.path)
  const target = join(folder.path, 'target')
  const content = async () => {
    throw new Answer({ code: 'PackDamaged', pack: 'p', vaultArn: 'v' })
  }
  await assert.rejects(restore(driver, point, { target, content }), Answer)
  assert.deepEqual(readdirSync(target), [])
})

test('a folder swapped for a link during the restore is not written through', async () => {
  using folder = temporaryFolder()
  const point = await smallPoint(folder.path)
  const target = join(folder.path, 'target')
  const outside = join(folder.path, 'outside')
  mkdirSync(outside)
  const request = restoreRequest(point, { target })
  let passes = 0
  const entries = () => {
    if (++passes === 2) {
      renameSync(join(target, 'in'), join(target, 'moved'))
      symlinkSync(outside, join(target, 'in'))
    }
    return request.entries()
  }
  const { unwritten } = await driver.restore({ ...request, entries })
  assert.deepEqual(unwritten, [
    { reason: 'what it lies in is not a folder', count: 1, names: ['in/c'] },
  ])
  assert.deepEqual(readdirSync(outside), [])
})

test('times come back to the nanosecond, of folders and links too, and it is said where not', async (t) => {
  if (!libc()) return t.skip('takes the C library')
  using folder = temporaryFolder()
  await smallPoint(folder.path)
  const source = join(folder.path, 'small')
  const times = new Map<string, bigint>()
  for (const [i, name] of ['a', 'in/b', 'z', 'in', ''].entries()) {
    const timeNs = 1_700_000_000_000_000_001n + BigInt(i) * 999_999_999n
    realTree.setLink.time(Buffer.from(join(source, name)), timeNs)
    times.set(name, timeNs)
  }
  const point = await backUp(driver, source)
  const timesIn = (target: string) =>
    [...times.keys()].map((name) => realTree.lstat(Buffer.from(join(target, name)))?.mtimeNs)
  for (const over of [driver, overAside(realTree)]) {
    const target = join(folder.path, `target${over === driver}`)
    const { notes } = await restore(over, point, { target })
    assert.deepEqual(timesIn(target), [...times.values()])
    assert.deepEqual(notes, [])
  }
  // As Node alone sets them.
  const setTime: Tree['setTime'] = (file, timeNs) =>
    realTree.setTime(file, timeNs - (timeNs % 1000n))
  const target = join(folder.path, 'rounded')
  const { notes } = await restore(over({ ...realTree, setTime }), point, { target })
  assert.deepEqual(notes, ['Modification times could be set here to the microsecond only.'])
})

test('what a recovery point holds of holes takes no time to restore', async () => {
  using folder = temporaryFolder()
  const sizeBytes = 8 * 2 ** 40
  let calls = 0
  const write: Tree['write'] = (...words) => {
    calls += 1
    realTree.write(...words)
  }
  const facts = { mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n, extents: [] }
  const entries = [
    { ...facts, path: Buffer.from(''), kind: 'directory', mode: 0o755, sizeBytes: 0 } as const,
    { ...facts, path: Buffer.from('a'), kind: 'file', sizeBytes } as const,
  ]
  const run = { offset: 5 * 2 ** 40, bytes: Buffer.from('data') }
  const target = join(folder.path, 'target')
  const contents = new Map([['a', [run]]])
  await restore(over({ ...realTree, write }), { entries, contents }, { target })
  assert.equal(calls, 1)
  const { size, blocks } = statSync(join(target, 'a'))
  assert.equal(size, sizeBytes)
  assert.ok(blocks * 512 < 1_000_000)
})
