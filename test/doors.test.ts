// Goal: by no door does one account learn of another's things. Every operation and every route that
// the program has is asked by A about something of B's that is there, and about something that is
// not, in each member that can name it. The answers are the same to the byte, but for the names
// that were asked with, ids and times. The doors are taken from the program's own tables: one that
// names something in a member nobody has told of here fails this test.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { extensions, operations } from '../src/api/index.ts'
import { type ClientInput, inputShape, membersOf, model } from '../src/wire/index.ts'
import { A, type Answered, B, REGION, roleOf, twoAccounts, vaultArn } from './two-accounts.ts'

let world: Awaited<ReturnType<typeof twoAccounts>>
/** Of A: what a request names besides. */
let own: { readonly point: string; readonly resource: string; readonly job: string }
/** Pairs of what B has and what nobody has, by what they are. */
let pairs: Readonly<Record<string, readonly (readonly [string, string])[]>>

const GONE = 'nosuch'
const KEY = `arn:aws:kms:${REGION}:${B}:key/of-b`
const UUID = '00000000-0000-4000-8000-000000000000'

before(async () => {
  world = await twoAccounts()
  const { a, b } = world
  await a.call('CreateBackupVault', { BackupVaultName: 'daily' })
  const settings = { isCrossAccountBackupEnabled: 'true' }
  await a.call('UpdateGlobalSettings', { GlobalSettings: settings })
  for (const name of ['bvault', 'bopen', 'blocked']) {
    const tags = { BackupVaultTags: { team: 'blue' } }
    await b.call('CreateBackupVault', { BackupVaultName: name, EncryptionKeyArn: KEY, ...tags })
  }
  await b.own('PUT', '/vaults/bopen/settings', { copyMode: 'verbatim' })
  const days = { MinRetentionDays: 10, MaxRetentionDays: 20 }
  await b.call('PutBackupVaultLockConfiguration', { BackupVaultName: 'blocked', ...days })
  await b.own('PUT', '/limits', { vaults: { bvault: 12_345_678 } })
  const [ofA, ofB] = [await a.backUp('daily'), await b.backUp('bvault')]
  const { RestoreJobId } = await b.call('StartRestoreJob', {
    RecoveryPointArn: ofB.RecoveryPointArn,
    IamRoleArn: roleOf(B),
    Metadata: { 'copyhold:path': `${world.folder}/restores/ofB` },
  })
  await b.jobEnd(RestoreJobId)
  own = {
    point: ofA.RecoveryPointArn ?? '',
    resource: await a.resource(),
    job: ofA.JobId ?? '',
  }
  pairs = foreign({
    point: ofB.RecoveryPointArn ?? '',
    resource: await b.resource(),
    jobs: [ofB.JobId ?? '', String(RestoreJobId)],
  })
})
after(() => world[Symbol.asyncDispose]())

function foreign(ofB: { point: string; resource: string; jobs: readonly string[] }) {
  const names = ['bvault', 'bopen', 'blocked']
  const vaults = names.map((name) => [vaultArn(B, name), vaultArn(B, `no-${name}`)] as const)
  const pointId = ofB.point.split(':').at(-1) ?? ''
  const point = [[ofB.point, ofB.point.replace(pointId, UUID.toUpperCase())]] as const
  const resource = [[ofB.resource, ofB.resource.replace(/.{17}$/, '0'.repeat(17))]] as const
  return {
    vaultName: names.map((name) => [name, `no-${name}`] as const),
    vault: vaults,
    point,
    resource,
    tagged: [...vaults, ...point],
    key: [[KEY, KEY.replace('of-b', GONE)]] as const,
    role: [[roleOf(B), roleOf(B).replace('backup', GONE)]] as const,
    job: ofB.jobs.map((id) => [id, UUID.toUpperCase()] as const),
    account: [[B, '999999999999']] as const,
  }
}

/** What the members of inputs name; those that name nothing of anybody's stand as undefined. */
const MEMBERS: Readonly<Record<string, string | undefined>> = {
  ...named('vaultName', 'BackupVaultName', 'SourceBackupVaultName', 'ByBackupVaultName'),
  ...named('vault', 'DestinationBackupVaultArn', 'ByDestinationVaultArn'),
  ...named('vault', 'LogicallyAirGappedBackupVaultArn'),
  ...named('point', 'RecoveryPointArn', 'ByParentRecoveryPointArn', 'BySourceRecoveryPointArn'),
  ...named('resource', 'ByResourceArn', 'ResourceArn'),
  ...named('key', 'EncryptionKeyArn'),
  ...named('role', 'IamRoleArn'),
  ...named('job', 'BackupJobId', 'CopyJobId', 'RestoreJobId', 'ByParentJobId'),
  ...named('account', 'BackupVaultAccountId', 'ByAccountId'),
  // What a caller says of his own.
  ...named(undefined, 'BackupVaultTags', 'CreatorRequestId', 'Policy', 'MinRetentionDays'),
  ...named(undefined, 'MaxRetentionDays', 'ChangeableForDays', 'IdempotencyToken', 'Lifecycle'),
  ...named(undefined, 'StartWindowMinutes', 'CompleteWindowMinutes', 'RecoveryPointTags'),
  ...named(undefined, 'BackupOptions', 'Index', 'Metadata', 'ResourceType', 'Tags', 'TagKeyList'),
  ...named(undefined, 'CopySourceTagsToRestoredResource', 'GlobalSettings', 'NextToken'),
  ...named(undefined, 'ResourceTypeOptInPreference', 'ResourceTypeManagementPreference'),
  ...named(undefined, 'MaxResults', 'ByVaultType', 'ByShared', 'ByState', 'ByStatus'),
  ...named(undefined, 'ByCreatedBefore', 'ByCreatedAfter', 'ByCompleteAfter', 'ByCompleteBefore'),
  ...named(undefined, 'ByResourceType', 'ByMessageCategory', 'ByBackupPlanId'),
  ...named(undefined, 'ByRestoreTestingPlanArn', 'ManagedByAWSBackupOnly'),
}

function named(what: string | undefined, ...members: readonly string[]) {
  return Object.fromEntries(members.map((member) => [member, what]))
}

/** What A would say in a request about its own. */
function usual(member: string): unknown {
  const values: Readonly<Record<string, unknown>> = {
    BackupVaultName: 'daily',
    SourceBackupVaultName: 'daily',
    DestinationBackupVaultArn: vaultArn(A, 'daily'),
    RecoveryPointArn: own.point,
    ResourceArn: own.resource,
    IamRoleArn: roleOf(A),
    BackupJobId: own.job,
    CopyJobId: own.job,
    RestoreJobId: own.job,
    Metadata: { 'copyhold:path': '/nowhere/to/restore/into' },
    Policy: '{}',
    Tags: { one: 'tag' },
    TagKeyList: ['one'],
  }
  return values[member]
}

/** Without what differs between any two requests, and without the names that were asked with. */
function masked({ status, text }: Answered, asked: string): string {
  const names = [asked, asked.split(/[:/]/).at(-1) ?? asked]
  const told = names.reduce((left, name) => left.replaceAll(name, 'ASKED'), text)
  const ids = told.replace(/[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/gi, 'ID')
  return `${status} ${ids.replace(/\b\d{10}(\.\d+)?\b|\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'TIME')}`
}

/** What A is told, and of a job it began, what every door tells of that. */
async function tellOf(operation: string, input: ClientInput, asked: string): Promise<string> {
  const answer = await world.a.told(operation, input)
  const told = [masked(answer, asked)]
  const id = answer.status === 200 && jobIdIn(answer.text)
  if (operation.startsWith('Start') && id) {
    await world.a.jobEnd(id)
    const [, kind = ''] = /^Start(.+)Job$/.exec(operation) ?? []
    const described = await world.a.told(`Describe${kind}Job`, { [`${kind}JobId`]: id })
    const streamed = await world.a.own('GET', `/jobs/${id}/progress`, {}, 'text/event-stream')
    const plain = await world.a.own('GET', `/jobs/${id}`)
    told.push(...[described, streamed, plain].map((door) => masked(door, asked)))
  }
  return told.join('\n')
}

const jobIdIn = (text: string): string | undefined => /JobId": ?"([0-9A-F-]{36})"/i.exec(text)?.[1]

test('every member of every operation tells of B’s things what it tells of none', async () => {
  const state = await stateOfB()
  let asked = 0
  for (const name of Object.keys(operations)) {
    const operation = model.operations[name]
    assert.ok(operation, name)
    const shape = inputShape(operation)
    const required = Object.fromEntries((shape.required ?? []).map((each) => [each, usual(each)]))
    for (const [member] of membersOf(shape)) {
      assert.ok(Object.hasOwn(MEMBERS, member), `${name} has a member not told of: ${member}`)
      const isTag = /Tag/.test(name) && member === 'ResourceArn'
      const what = isTag ? 'tagged' : MEMBERS[member]
      for (const [there, gone] of what ? (pairs[what] ?? []) : []) {
        for (const more of variants(name)) {
          const input = (value: string) => ({ ...required, ...more, [member]: value })
          // A vault of one's own is made by its name, whoever else has one of that name.
          if (name === 'CreateBackupVault' && member === 'BackupVaultName') continue
          const [one, other] = [
            await tellOf(name, input(there), there),
            await tellOf(name, input(gone), gone),
          ]
          assert.equal(one, other, `${name} by ${member}`)
          asked += 1
        }
      }
    }
  }
  assert.ok(asked > 60, `${asked} questions`)
  assert.equal(await stateOfB(), state)
})

/** More of a request, where it decides what is looked at. */
function variants(operation: string): readonly object[] {
  switch (operation) {
    case 'StartCopyJob':
      return [{}, { Lifecycle: { DeleteAfterDays: 5 } }, { Lifecycle: { DeleteAfterDays: 15 } }]
    case 'CreateBackupVault':
      return [{ BackupVaultName: 'under-another-key' }]
    default:
      return [{}]
  }
}

/** What B sees of its own: no question of A's may change it. */
async function stateOfB(): Promise<string> {
  const { b } = world
  const told = [
    await b.told('ListBackupVaults', {}),
    await b.told('ListRecoveryPointsByBackupVault', { BackupVaultName: 'bvault' }),
    await b.told('ListTags', { ResourceArn: vaultArn(B, 'bvault') }),
    await b.own('GET', '/limits'),
    await b.own('GET', '/vaults/bopen/settings'),
  ]
  return JSON.stringify(told)
}

/** What the places of our own routes name: in their paths, queries and bodies. */
const PLACES: Readonly<Record<string, string>> = { ':name': 'vaultName', ':id': 'job' }
const QUERIES: Readonly<Record<string, readonly [string, string]>> = {
  'GET /vaults/:name/compare': ['with', 'vault'],
}
type Body = (value: string) => object
const BODIES: Readonly<Record<string, readonly (readonly [string, Body])[]>> = {
  'POST /preflight': [
    ['vault', (arn) => ({ ...copyOf(), DestinationBackupVaultArn: arn })],
    ['vault', (arn) => ({ ...copyOf(5), DestinationBackupVaultArn: arn })],
    ['vault', (arn) => ({ ...copyOf(15), DestinationBackupVaultArn: arn })],
    ['point', (arn) => ({ ...copyOf(), RecoveryPointArn: arn })],
    ['vaultName', (name) => ({ ...copyOf(), SourceBackupVaultName: name })],
    ['role', (arn) => ({ ...copyOf(), IamRoleArn: arn })],
  ],
  'PUT /limits': [
    ['vault', (arn) => ({ vaults: { [arn]: 20_000 } })],
    ['vault', (arn) => ({ vaults: { [arn]: null } })],
    ['vaultName', (name) => ({ vaults: { [name]: 20_000 } })],
  ],
  'POST /vaults/:name/rotate-key': [['key', (arn) => ({ keyArn: arn })]],
  // Their bodies name nothing.
  'POST /vaults/:name/sweep': [],
  'POST /vaults/:name/verify': [],
  'POST /vaults/:name/points/:arn/confirm': [],
  'PUT /vaults/:name/settings': [['vaultName', () => ({ copyMode: null })]],
}

function copyOf(days?: number) {
  return {
    SourceBackupVaultName: 'daily',
    RecoveryPointArn: own.point,
    DestinationBackupVaultArn: vaultArn(A, 'daily'),
    IamRoleArn: roleOf(A),
    ...(days === undefined ? {} : { Lifecycle: { DeleteAfterDays: days } }),
  }
}

test('every route of our own tells of B’s things what it tells of none', async () => {
  const state = await stateOfB()
  let asked = 0
  for (const { method, path: route, devOnly } of extensions) {
    if (devOnly) continue
    const door = `${method} ${route}`
    assert.ok(method === 'GET' || BODIES[door], `${door} has a body not told of`)
    const compare = async (what: string, ask: (value: string) => Promise<Answered>) => {
      for (const [there, gone] of pairs[what] ?? []) {
        const [one, other] = [await ask(there), await ask(gone)]
        assert.equal(masked(one, there), masked(other, gone), `${door} by ${what}`)
        asked += 1
      }
    }
    const usualPath = (value: Readonly<Record<string, string>>) =>
      route.replace(/:\w+/g, (place) =>
        encodeURIComponent(
          value[place] ?? { ':name': 'daily', ':id': own.job }[place] ?? own.point,
        ),
      )
    for (const place of route.match(/:\w+/g) ?? []) {
      const what = PLACES[place] ?? (place === ':arn' ? 'point' : undefined)
      assert.ok(what, `${door} has a place not told of: ${place}`)
      const query = QUERIES[door] ? `?${QUERIES[door][0]}=daily` : ''
      await compare(what, (value) =>
        world.a.own(method, `${usualPath({ [place]: value })}${query}`, {}),
      )
    }
    const [name, what] = QUERIES[door] ?? []
    if (name && what) {
      await compare(what, (value) =>
        world.a.own(method, `${usualPath({})}?${name}=${encodeURIComponent(value)}`),
      )
    }
    for (const [of, body] of BODIES[door] ?? []) {
      await compare(of, (value) => world.a.own(method, usualPath({}), body(value)))
    }
  }
  assert.ok(asked > 40, `${asked} questions`)
  assert.equal(await stateOfB(), state)
})

test('A is shown no limit, no path and no name of B’s', async () => {
  const { text } = await world.a.own('GET', '/limits')
  assert.deepEqual(JSON.parse(text), { vaults: {} })
  const refused = await world.b.own('PUT', '/limits', { process: 10_000 })
  assert.equal(refused.status, 400)
  assert.match(refused.text, /Invalid value for process: .*management account/)
  assert.equal((await world.a.own('PUT', '/limits', { process: 10_000_000 })).status, 200)
  assert.equal(JSON.parse((await world.b.own('GET', '/limits')).text).process, 10_000_000)
})
