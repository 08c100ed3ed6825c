// What the log keeps of requests, over real HTTP.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../world/index.ts'
import { ACCOUNT, recordingLog, SIGNED, send, startTestServer } from './test-server.suite.ts'

test('each writing request has one line: who, from where, what, on what, and its end', async (t) => {
  const log = recordingLog()
  const server = await startTestServer({
    log,
    operations: {
      TagResource: async () => undefined,
      ListTags: async () => ({ Tags: {} }),
      PutBackupVaultAccessPolicy: async () => undefined,
    },
  })
  t.after(() => server.close())
  const ask = async (method: string, path: string, body?: string) =>
    await send(server, { method, path, headers: SIGNED, body })
  const tagged = await ask('POST', '/tags/arn%3Aa%0Ab', '{"Tags":{"planted-key":"planted-value"}}')
  await ask('GET', '/tags/arn%3Aa')
  await ask('PUT', '/backup-vaults/one/access-policy', '{"Policy":"planted-policy"}')
  await ask('PUT', '/backup-vaults/!', '{"BackupVaultTags":{"planted":"planted"}}')
  const who = {
    account: ACCOUNT,
    region: 'eu-west-1',
    principal: `arn:aws:iam::${ACCOUNT}:root`,
    from: '127.0.0.1',
  }
  assert.equal(log.lines.length, 3)
  assert.deepEqual(log.lines[0], {
    level: 'info',
    message: 'request',
    fields: {
      operation: 'TagResource',
      resource: 'arn:a\nb',
      result: 'ok',
      ...who,
      requestId: tagged.headers['x-amzn-requestid'],
    },
  })
  assert.deepEqual(
    log.lines.map(({ fields }) => [fields.operation, fields.result]),
    [
      ['TagResource', 'ok'],
      ['PutBackupVaultAccessPolicy', 'ok'],
      ['CreateBackupVault', 'InvalidParameterValueException'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(log.lines), /planted/)
})

test('a refused signature has a line, and a flood of them no more than ten a minute', async (t) => {
  const log = recordingLog()
  let now = 1_000_000
  const clock = { ...systemClock, now: () => now }
  const server = await startTestServer({ log, clock })
  t.after(() => server.close())
  const request = { method: 'PUT', path: '/backup-vaults/one', headers: {} }
  for (let n = 0; n < 30; n++) await send(server, request)
  assert.equal(log.lines.length, 10)
  const { level, message, fields } = log.lines[0] ?? {}
  assert.deepEqual([level, message], ['warn', 'a signature was refused'])
  assert.equal(fields?.from, '127.0.0.1')
  assert.equal(fields?.result, 'MissingAuthenticationToken')
  now += 60_000
  await send(server, request)
  assert.deepEqual(log.lines[10]?.fields, { signatures: 20 })
  assert.equal(log.lines.length, 12)
})
