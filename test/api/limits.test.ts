// PUT and GET /_copyhold/limits, and what a copy says that waits for its turn.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Api, startApi } from './harness.ts'

let api: Api
before(async () => {
  api = await startApi()
})
after(() => api.close())

async function ask(method: string, body?: unknown, route = '/limits') {
  const query = '?account=123456789012&region=eu-west-1'
  const answer = await fetch(`${api.url}/_copyhold${route}${query}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-copyhold': '1' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}

test('limits are set, shown and taken away', async () => {
  assert.deepEqual(await ask('GET'), { status: 200, body: { vaults: {} } })
  const set = await ask('PUT', { process: 50_000_000, copies: 4 })
  assert.deepEqual(set, { status: 200, body: { process: 50_000_000, copies: 4, vaults: {} } })
  assert.deepEqual((await ask('GET')).body, set.body)
  const less = await ask('PUT', { process: null })
  assert.deepEqual(less.body, { copies: 4, vaults: {} })
})

test('what is no limit is refused and changes nothing', async () => {
  const before = (await ask('GET')).body
  for (const body of [{ process: 'fast' }, { copies: 0 }, { speed: 1 }, [], { vaults: { a: 1 } }]) {
    assert.equal((await ask('PUT', body)).status, 400, JSON.stringify(body))
  }
  assert.deepEqual((await ask('GET')).body, before)
})

test('a vault that is not there is not limited', async () => {
  assert.equal((await ask('PUT', { vaults: { nowhere: 50_000 } })).status, 403)
})

test("the limit of another account's vault is not taken away", async () => {
  const vaults = { 'arn:aws:backup:eu-west-1:210987654321:backup-vault:theirs': null }
  assert.equal((await ask('PUT', { vaults })).status, 403)
})
