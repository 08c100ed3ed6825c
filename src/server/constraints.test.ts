// Goal: no rule of the service model is unchecked. Method: for every operation, one request that
// fulfils all rules, and for every rule of every member one request that breaks only it, all over
// real HTTP against a server whose operations answer anything that reaches them.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { model, type OperationModel } from '../wire/index.ts'
import type { HttpServer } from './index.ts'
import { requestOf, sampleInput, sampleOutput } from './samples.suite.ts'
import { type RawAnswer, SIGNED, send, startTestServer } from './test-server.suite.ts'
import { brokenInputs, type Rule } from './violations.suite.ts'

let server: HttpServer
const received = new Map<string, unknown>()

before(async () => {
  server = await startTestServer({
    operations: Object.fromEntries(
      Object.values(model.operations).map((operation) => [
        operation.name,
        async (input: unknown) => {
          received.set(operation.name, input)
          return sampleOutput(operation)
        },
      ]),
    ),
  })
})
after(() => server.close())

async function ask(operation: OperationModel, input: object): Promise<RawAnswer> {
  return await send(server, { ...requestOf(operation, input), headers: SIGNED })
}

test('an input that fulfils every rule reaches its operation unchanged', async () => {
  for (const operation of Object.values(model.operations)) {
    for (const members of ['all', 'required'] as const) {
      const input = sampleInput(operation, members)
      const answer = await ask(operation, input)
      assert.equal(answer.status, operation.http.responseCode ?? 200, operation.name + answer.body)
      assert.deepEqual(received.get(operation.name), input, operation.name)
    }
  }
})

test('an input that breaks any one rule is refused with the declared error', async () => {
  const wrong: string[] = []
  const counts = new Map<Rule, number>()
  for (const operation of Object.values(model.operations)) {
    await Promise.all(
      brokenInputs(operation).map(async ({ rule, path, input }) => {
        counts.set(rule, (counts.get(rule) ?? 0) + 1)
        const answer = await ask(operation, input)
        const shape = answer.headers['x-amzn-errortype']
        const expected = expectedShape(operation, rule)
        if (answer.status !== 400 || shape !== expected) {
          const got = `${answer.status} ${shape} ${answer.body}`
          wrong.push(`${operation.name} ${path} (${rule}): ${got}, not ${expected}`)
        } else if (!answer.body.includes(path.split('.')[0] ?? '') && !isVaultName(answer)) {
          wrong.push(`${operation.name} ${path} (${rule}) is not named: ${answer.body}`)
        }
      }),
    )
  }
  assert.deepEqual(wrong, [])
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  assert.ok(total > 900, `only ${total} rules were tried`)
  assert.deepEqual([...counts.keys()].sort(), [
    'empty',
    'enum',
    'length',
    'list size',
    'pattern',
    'range',
    'required',
    'type',
  ])
})

test('a vault name against the pattern is refused in the words AWS uses', async () => {
  const operation = operationOf('CreateBackupVault')
  const answer = await ask(operation, { BackupVaultName: 'Random Backups' })
  assert.equal(answer.headers['x-amzn-errortype'], 'InvalidParameterValueException')
  assert.deepEqual(JSON.parse(answer.body), {
    Message: 'Backup vault name Random Backups is not valid',
  })
})

test('an automatic vault, whose name breaks the pattern, is read but never created', async () => {
  const input = { BackupVaultName: 'aws/efs/automatic-backup-vault' }
  const listed = await ask(operationOf('ListRecoveryPointsByBackupVault'), input)
  assert.equal(listed.status, 200)
  assert.deepEqual(received.get('ListRecoveryPointsByBackupVault'), input)
  const created = await ask(operationOf('CreateBackupVault'), input)
  assert.equal(created.status, 400)
})

test('a missing member is refused before an invalid one', async () => {
  const answer = await ask(operationOf('StartCopyJob'), { SourceBackupVaultName: '!' })
  assert.equal(answer.headers['x-amzn-errortype'], 'MissingParameterValueException')
})

test('a value of a sensitive member is not repeated in its refusal', async () => {
  for (const secret of ['a secret', { key: ['a secret'] }]) {
    const answer = await ask(operationOf('CreateBackupVault'), {
      BackupVaultName: 'sample',
      BackupVaultTags: secret,
    })
    assert.equal(answer.status, 400)
    assert.ok(!answer.body.includes('a secret'), answer.body)
  }
})

function operationOf(name: string): OperationModel {
  const operation = model.operations[name]
  assert.ok(operation, name)
  return operation
}

// The first that the operation declares; what AWS answers where it declares none.
function expectedShape(operation: OperationModel, rule: Rule): string {
  if (rule === 'type') return 'SerializationException'
  const invalid = ['InvalidParameterValueException', 'InvalidRequestException']
  const missing = ['MissingParameterValueException', ...invalid]
  const candidates = rule === 'required' || rule === 'empty' ? missing : invalid
  const declared = operation.errors.map(({ shape }) => shape)
  return candidates.find((shape) => declared.includes(shape)) ?? candidates[0] ?? ''
}

function isVaultName({ body }: RawAnswer): boolean {
  return body.includes('Backup vault name')
}
