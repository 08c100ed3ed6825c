// Stores that are not there, and stores that are others. Goal: what needs such a store waits and
// goes on when it is back, nothing is written in its place, nothing is called damaged, and the
// other stores are served. Method: real servers whose stores are moved away, exchanged, copied.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { DescribeCopyJobCommand } from '@aws-sdk/client-backup'
import { realServer, temporaryFolder, User, until } from './real-server.ts'
import { runCommand } from './run-command.ts'

const HERE = 'eu-west-1'
const THERE = 'us-east-1'
const WANTED = `arn:aws:backup:${THERE}:123456789012:backup-vault:offsite`

/** A backup in one Region, copied to another. */
async function lived(folder: string) {
  await using server = await realServer(folder)
  const { user, resource } = await begun(server.url, folder)
  const point = await user.backUp('daily', resource)
  const copied = await user.copy({ vault: 'daily', point }, WANTED)
  return { point, copied }
}

async function begun(url: string, folder: string) {
  const user = new User(url, HERE)
  await user.createVault('daily')
  await new User(url, THERE).createVault('offsite')
  const tree = path.join(folder, 'tree')
  cpSync(import.meta.dirname, tree, { recursive: true })
  return { user, resource: await user.addDirectory(tree) }
}

const ready = async (url: string) =>
  (await (await fetch(`${url}/readyz`)).json()) as { ready: boolean; troubles?: string[] }

const below = (folder: string) => readdirSync(folder, { recursive: true }).map(String)

/** A copy that waits for the store; what it says names the Region and no path. */
async function waits(user: User, jobId: string, folder: string): Promise<void> {
  await until(async () => {
    const told = JSON.stringify(await user.extension('GET', `/jobs/${jobId}`))
    assert.doesNotMatch(told, /"State":"(FAILED|COMPLETED)"/)
    if (!told.includes(`store of ${THERE} cannot be used`)) return undefined
    assert.equal(told.includes(folder), false, told)
    return true
  })
}

async function ended(user: User, jobId: string): Promise<string | undefined> {
  return until(async () => {
    const { CopyJob } = await user.client.send(new DescribeCopyJobCommand({ CopyJobId: jobId }))
    const state = CopyJob?.State
    return state === 'COMPLETED' || state === 'FAILED' ? state : undefined
  })
}

test('a store that is not mounted at the start is waited for, and nothing is put in its place', async () => {
  using folder = temporaryFolder()
  const store = path.join(folder.path, 'data', 'stores', THERE)
  const aside = path.join(folder.path, 'unmounted')
  const { point } = await lived(folder.path)
  renameSync(store, aside)
  mkdirSync(store)

  await using server = await realServer(folder.path)
  const { ready: isReady, troubles } = await ready(server.url)
  assert.equal(isReady, true)
  assert.match(
    troubles?.join() ?? '',
    new RegExp(`the store of ${THERE} cannot be used: .*mounted`),
  )
  const [user, there] = [new User(server.url, HERE), new User(server.url, THERE)]
  await assert.rejects(there.createVault('another'), (error: Error) => {
    assert.match(error.message, new RegExp(`The store of ${THERE} cannot be used now`))
    return !error.message.includes(folder.path)
  })
  const jobId = await user.startCopy({ vault: 'daily', point }, WANTED)
  await waits(user, jobId, folder.path)
  await user.createVault('here')
  assert.deepEqual(below(store), [])

  rmSync(store, { recursive: true })
  renameSync(aside, store)
  assert.equal(await ended(user, jobId), 'COMPLETED')
  await until(async () => ((await ready(server.url)).troubles ? undefined : true))
})

test('a store that is exchanged while the server runs is waited for, and left as it is', async () => {
  using folder = temporaryFolder()
  await using server = await realServer(folder.path)
  const { user, resource } = await begun(server.url, folder.path)
  const point = await user.backUp('daily', resource)
  const store = path.join(folder.path, 'data', 'stores', THERE)
  const aside = path.join(folder.path, 'mine')
  renameSync(store, aside)
  cpSync(path.join(folder.path, 'data', 'stores', HERE), store, { recursive: true })
  const before = below(store).sort()
  const jobId = await user.startCopy({ vault: 'daily', point }, WANTED)
  await waits(user, jobId, folder.path)
  assert.deepEqual(below(store).sort(), before)
  rmSync(store, { recursive: true, force: true })
  renameSync(aside, store)
  assert.equal(await ended(user, jobId), 'COMPLETED')
})

test('a store that is older than its catalog is waited for by that name', async () => {
  using folder = temporaryFolder()
  const store = path.join(folder.path, 'data', 'stores', THERE)
  const { point } = await lived(folder.path)
  const older = path.join(folder.path, 'older')
  cpSync(store, older, { recursive: true })
  {
    await using server = await realServer(folder.path)
    await new User(server.url, HERE).copy({ vault: 'daily', point }, WANTED)
  }
  rmSync(store, { recursive: true })
  renameSync(older, store)
  await using server = await realServer(folder.path)
  assert.match((await ready(server.url)).troubles?.join() ?? '', /is older than its catalog/)
})

test('a data folder that was copied with its stores is served; its copy too', async () => {
  using folder = temporaryFolder()
  const { copied } = await lived(folder.path)
  using other = temporaryFolder()
  execFileSync('cp', ['-a', path.join(folder.path, 'data'), other.path])
  for (const each of [folder, other]) {
    await using server = await realServer(each.path)
    assert.deepEqual(await ready(server.url), { ready: true })
    const target = path.join(each.path, 'restored')
    await new User(server.url, THERE).restore(copied, target)
    assert.notDeepEqual(below(target), [])
  }
})

test('a store is adopted only when that is said twice', async () => {
  using folder = temporaryFolder()
  await lived(folder.path)
  const data = path.join(folder.path, 'data')
  const records = () => readdirSync(path.join(data, 'stores', THERE, 'copyhold-store'))
  const words = ['admin', 'adopt-store', '--data', data, '--region', THERE]
  const asked = await runCommand(words)
  assert.equal(asked.code, 252, asked.out)
  assert.match(asked.out, /will belong to the catalog/)
  assert.deepEqual(records(), ['00000001'])
  const done = await runCommand([...words, '--yes'])
  assert.equal(done.code, 0, done.err)
  assert.deepEqual(records(), ['00000001', '00000002'])
  await using server = await realServer(folder.path)
  assert.deepEqual(await ready(server.url), { ready: true })
})
