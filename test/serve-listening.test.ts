// How a server in production can be reached: over TLS, through a proxy that ends TLS, and not
// around it; and that the example of a configuration runs as it is.

import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import path from 'node:path'
import { test } from 'node:test'
import { BackupClient, ListBackupVaultsCommand } from '@aws-sdk/client-backup'
import { checkConfiguration, serveConfiguration } from '../src/assembly/index.ts'
import { startTestServer } from '../src/server/test-server.suite.ts'
import { temporaryFolder } from './real-server.ts'

const EXAMPLE = path.resolve(import.meta.dirname, '../examples/copyhold.yaml')

test('the example runs as it stands, its port aside, and again on what it left', async () => {
  using folder = temporaryFolder()
  const file = path.join(folder.path, 'copyhold.yaml')
  cpSync(EXAMPLE, file)
  assert.deepEqual(checkConfiguration(file), {
    summary: `${file} is right: 2 accounts, 2 Regions, 2 access keys, 1 role, 1 resource`,
  })
  const secrets = path.join(folder.path, 'secrets')
  assert.ok(!existsSync(secrets), 'a look at a configuration makes nothing')
  writeFileSync(file, readFileSync(file, 'utf8').replace('port: 8750', 'port: 0'))
  for (let start = 1; start <= 2; start++) {
    const server = await serveConfiguration(file)
    assert.ok('url' in server, JSON.stringify(server))
    const operator = path.join(secrets, 'operator')
    for (const [name, mode] of [
      [secrets, 0o700],
      [operator, 0o600],
    ] as const) {
      assert.equal(statSync(name).mode & 0o777, mode, name)
    }
    const client = clientOf(server.url, readFileSync(operator, 'utf8').trim())
    await client.send(new ListBackupVaultsCommand({}))
    await server.close()
  }
})

function clientOf(endpoint: string, secretAccessKey: string): BackupClient {
  return new BackupClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIACOPYHOLDEXAMPLE1', secretAccessKey },
    maxAttempts: 1,
  })
}

test('over TLS it answers, and what is not TLS is closed', async () => {
  const [key = '', ca = ''] = ['key.pem', 'certificate.pem'].map((name) =>
    readFileSync(path.join(import.meta.dirname, 'vectors', 'tls', name), 'utf8'),
  )
  const server = await startTestServer({ tls: { key, certificate: ca } })
  try {
    assert.match(server.url, /^https:\/\/127\.0\.0\.1:/)
    const status = await new Promise((resolve, reject) => {
      const asked = https.get(`${server.url}/healthz`, { ca }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      asked.on('error', reject)
    })
    assert.equal(status, 200)
    const plain = new Promise((resolve, reject) => {
      const asked = http.get(server.url.replace('https', 'http'), (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      asked.on('error', reject)
    })
    await assert.rejects(plain)
  } finally {
    await server.close()
  }
})
