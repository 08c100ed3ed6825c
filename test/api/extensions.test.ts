// What AWS lacks, below `/_copyhold`, over plain HTTP.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { BACKUP_BYTES } from './fake-engine.ts'
import { type Api, NO_VAULT, startApi, User } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

type Body = Record<string, unknown>

test('a directory gets the ARN of a file system, and keeps it', async () => {
  const user = new User(api)
  const add = async (where: string, name?: string) =>
    (await user.extension('POST', '/resources', { path: where, name })).body as Body
  const first = await add('/srv/files', 'my files')
  const own = `arn:aws:elasticfilesystem:${user.region}:${user.account}:file-system/fs-`
  assert.match(String(first.ResourceArn), new RegExp(`^${own}[0-9a-f]{17}$`))
  assert.equal(first.ResourceName, 'my files')
  assert.equal(first.Path, '/srv/files')
  for (const again of ['/srv/files', '/srv/files/', '/srv/./x/../files']) {
    assert.equal((await add(again)).ResourceArn, first.ResourceArn, again)
  }
  assert.notEqual((await add('/srv/other')).ResourceArn, first.ResourceArn)
  const elsewhere = new User(api, { account: user.account, region: 'us-east-1' })
  assert.notEqual(await elsewhere.directory('/srv/files'), first.ResourceArn)
})

test('paths that cannot be backed up are refused', async () => {
  const user = new User(api)
  const bad = [undefined, {}, { path: 7 }, { path: 'relative' }, { path: '/a\0b' }, [], 'text']
  for (const body of [
    ...bad,
    { path: '/missing/folder' },
    { path: '/x', name: 7 },
    { path: '/x', type: 'disk' },
  ]) {
    const { status } = await user.extension('POST', '/resources', body)
    assert.equal(status, 400, JSON.stringify(body))
  }
  const { body } = await user.extension('POST', '/resources', { path: '/missing/folder' })
  assert.match(String((body as Body).Message), /there is no such folder/)
})

test('resources are listed newest first, page by page, and can be forgotten', async () => {
  const user = new User(api)
  const one = await user.directory('/one')
  const two = await user.directory('/two')
  const arns = (body: unknown) =>
    (body as { Resources: Body[] }).Resources.map((each) => each.ResourceArn)
  assert.deepEqual(arns((await user.extension('GET', '/resources')).body), [two, one])
  const page = (await user.extension('GET', '/resources?maxResults=1')).body as Body
  assert.deepEqual(arns(page), [two])
  const next = `/resources?maxResults=1&nextToken=${String(page.NextToken)}`
  assert.deepEqual(arns((await user.extension('GET', next)).body), [one])
  assert.equal((await user.extension('GET', '/resources?maxResults=0')).status, 400)

  const route = `/resources/${encodeURIComponent(one)}`
  assert.equal((await new User(api).extension('DELETE', route, {})).status, 400)
  assert.equal((await user.extension('DELETE', route, {})).status, 204)
  assert.equal((await user.extension('DELETE', route, {})).status, 400)
  assert.deepEqual(arns((await user.extension('GET', '/resources')).body), [two])
})

test('a job of any kind is shown with its progress', async () => {
  const user = new User(api)
  await user.createVault('source')
  const resource = await user.directory()
  const id = await user.startBackup('source', resource)
  const ask = async (route = `/jobs/${id}`) => (await user.extension('GET', route)).body as Body
  assert.equal((await ask()).State, 'CREATED')
  const progress = {
    bytesRead: 1,
    bytesStored: 2,
    bytesReused: 3,
    packsStored: 4,
    packsReused: 5,
    entries: 6,
    attempt: 1,
  }
  api.progress.set(id, progress)
  assert.deepEqual((await ask(`/jobs/${id.toLowerCase()}/progress`)).Progress, progress)
  await api.work()
  const done = await ask()
  assert.equal(done.Kind, 'backup')
  assert.equal(done.State, 'COMPLETED')
  assert.equal(done.ResourceArn, resource)
  assert.equal(done.BackupSizeInBytes, BACKUP_BYTES)
  assert.equal(typeof done.CompletionDate, 'number')
  assert.equal((await user.extension('GET', '/jobs/nobody')).status, 400)
  assert.equal((await new User(api).extension('GET', `/jobs/${id}`)).status, 400)
})

test('progress can be followed as events until the job has ended', async () => {
  const user = new User(api)
  await user.createVault('source')
  const id = await user.startBackup('source', await user.directory())
  const query = `account=${user.account}&region=${user.region}`
  const answer = await fetch(`${api.url}/_copyhold/jobs/${id}/progress?${query}`, {
    headers: { accept: 'text/event-stream' },
  })
  assert.equal(answer.headers.get('content-type'), 'text/event-stream')
  assert.ok(answer.body)
  const states: unknown[] = []
  let text = ''
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
    text += part
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      if (!event.startsWith('data: ')) continue
      states.push((JSON.parse(event.slice(6)) as Body).State)
      if (states.length === 1) await api.work()
    }
  }
  assert.equal(states[0], 'CREATED')
  assert.equal(states.at(-1), 'COMPLETED', 'the stream ends with the job')
})

test('following a job that nobody has is refused with a status', async () => {
  const answer = await fetch(`${api.url}/_copyhold/jobs/nobody/progress`, {
    headers: { accept: 'text/event-stream' },
  })
  assert.equal(answer.status, 400)
})

test('a sweep is one job at a time for each vault', async () => {
  const user = new User(api)
  await user.createVault('source')
  const sweep = async () =>
    ((await user.extension('POST', '/vaults/source/sweep', {})).body as Body).JobId
  const first = await sweep()
  assert.equal(await sweep(), first)
  await api.work()
  const { body } = await user.extension('GET', `/jobs/${String(first)}`)
  assert.equal((body as Body).Kind, 'sweep')
  assert.equal((body as Body).State, 'COMPLETED')
  assert.notEqual(await sweep(), first)
  const missing = await user.extension('POST', '/vaults/nowhere/sweep', {})
  assert.equal(missing.status, NO_VAULT.status)
})

test('a development server can be reset', async () => {
  const before = api.counts.resets
  const { status } = await new User(api).extension('POST', '/reset', {})
  assert.equal(status, 204)
  assert.equal(api.counts.resets, before + 1)
})
