// Goal: `copyhold preflight` foretells what a copy would fail of, and says what cannot be known.
// Method: AWS as it was recorded in shape; only reads are allowed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { fakeHost, withStub } from '../stub.suite.ts'
import * as recorded from '../stub-aws.suite.ts'

const { aws, awsError, DESTINATION, FOREIGN, POINT, ROLE } = recorded

async function preflight(answers: recorded.AwsAnswers, ...argv: string[]) {
  return await withStub(aws(answers), async ({ url, requests }) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL_BACKUP: url } })
    const given = (name: string, value: string) => (argv.includes(name) ? [] : [name, value])
    const code = await runCli(
      [
        ...['preflight', ...given('--recovery-point-arn', POINT)],
        ...given('--source-backup-vault-name', 'home'),
        ...given('--destination-backup-vault-arn', DESTINATION),
        ...given('--iam-role-arn', ROLE),
        ...argv,
      ],
      host,
    )
    const asks = ({ method, url }: { method: string; url: string }) =>
      method === 'GET' || url.startsWith('/_copyhold/preflight')
    assert.ok(requests.every(asks))
    return { code, ...host.printed }
  })
}

interface JsonReport {
  readonly WouldFail: boolean
  readonly Checks: readonly { Check: string; Verdict: string; Detail: string }[]
  readonly Deletion?: { Reason: string; DeleteAt?: string }
}

async function verdicts(answers: recorded.AwsAnswers, ...argv: string[]) {
  const { code, out } = await preflight(answers, ...argv, '--output', 'json')
  const report = JSON.parse(out) as JsonReport
  const verdict = Object.fromEntries(report.Checks.map(({ Check, Verdict }) => [Check, Verdict]))
  assert.equal(code, report.WouldFail ? 4 : 0)
  return { ...report, verdict }
}

const DAYS_14 = ['--lifecycle', 'DeleteAfterDays=14']

test('a copy that would go through ends with 0 and tells its deletion', async () => {
  const { WouldFail, verdict, Deletion } = await verdicts({}, ...DAYS_14)
  assert.equal(WouldFail, false)
  for (const check of ['source-vault', 'recovery-point', 'resource-type', 'retention']) {
    assert.equal(verdict[check], 'pass', check)
  }
  assert.equal(verdict.keys, 'unknown')
  assert.equal(Deletion?.Reason, 'given')
  assert.equal(Deletion?.DeleteAt, '2026-12-04T18:40:00.000Z')
})

test('an inherited retention out of the range of the lock fails, and names both', async () => {
  const { code, out } = await preflight({})
  assert.equal(code, 4)
  assert.match(out, /^fail {5}Retention: the copy would be kept 365 days; the lock takes 7 to 30/m)
  assert.match(out, /The copy is deleted on 2027-11-20 18:40 UTC: 365 days .*that of the source/)
  assert.match(out, /It would fail: Retention\.\n.*copyhold explain retention-out-of-range/)
})

test('-1 means the end of the source', async () => {
  const { Deletion } = await verdicts({}, '--lifecycle', 'DeleteAfterDays=-1')
  assert.equal(Deletion?.Reason, 'source-by-minus-one')
})

test('a lifecycle that is refused, a wrong role and a malformed destination fail', async () => {
  const tooClose = '{"MoveToColdStorageAfterDays":10,"DeleteAfterDays":20}'
  assert.equal((await verdicts({}, '--lifecycle', tooClose)).verdict.lifecycle, 'fail')
  assert.equal((await verdicts({}, '--iam-role-arn', 'me')).verdict.role, 'fail')
  const theirs = 'arn:aws:iam::210987654321:role/x'
  assert.equal((await verdicts({}, '--iam-role-arn', theirs)).verdict.role, 'fail')
  const vault = 'arn:aws:backup:eu-west-1:123456789012:vault:v'
  const malformed = await verdicts({}, '--destination-backup-vault-arn', vault)
  assert.equal(malformed.verdict['destination-arn'], 'fail')
})

test('into another account what it hides is unknown, and a switched-off setting fails', async () => {
  const hidden = awsError(
    'AccessDeniedException',
    'Insufficient privileges to perform this action.',
  )
  const theirs = { 'GET eu-central-1 /backup-vaults/theirs': { ...hidden, status: 403 } }
  const argv = ['--destination-backup-vault-arn', FOREIGN]
  const on = await verdicts(theirs, ...argv)
  assert.equal(on.WouldFail, false)
  assert.equal(on.verdict['destination-vault'], 'unknown')
  assert.equal(on.verdict['destination-policy'], 'unknown')
  assert.equal(on.verdict['cross-account'], 'pass')
  const settings = { GlobalSettings: { isCrossAccountBackupEnabled: 'false' } }
  const off = await verdicts(
    { ...theirs, 'GET eu-west-1 /global-settings': { json: settings } },
    ...argv,
  )
  assert.equal(off.verdict['cross-account'], 'fail')
  const alone = awsError(
    'InvalidRequestException',
    'Your account is not a member of an organization.',
  )
  const none = await verdicts({ ...theirs, 'GET eu-west-1 /global-settings': alone }, ...argv)
  assert.equal(none.verdict.organization, 'fail')
})

test('a vault that is not there fails; one that may not be read is unknown', async () => {
  const path = 'GET eu-central-1 /backup-vaults/offsite'
  const gone = awsError('AccessDeniedException', 'Insufficient privileges to perform this action.')
  assert.equal((await verdicts({ [path]: gone })).verdict['destination-vault'], 'fail')
  const lacking = 'User: arn:u is not authorized to perform: backup:DescribeBackupVault'
  const hidden = awsError('AccessDeniedException', lacking, 403)
  assert.equal((await verdicts({ [path]: hidden })).verdict['destination-vault'], 'unknown')
})

test('policies are read as far as they can be: a flat Deny fails, a conditional one is unknown', async () => {
  const statement = { Effect: 'Deny', Principal: '*', Action: ['backup:StartCopyJob'] }
  const path = 'GET eu-west-1 /backup-vaults/home/access-policy'
  const withPolicy = async (body: object) => {
    const Policy = JSON.stringify({ Statement: [body] })
    return (await verdicts({ [path]: { json: { Policy } } }, ...DAYS_14)).verdict['source-policy']
  }
  assert.equal(await withPolicy(statement), 'fail')
  const Condition = { StringNotEquals: { 'aws:PrincipalAccount': '1' } }
  assert.equal(await withPolicy({ ...statement, Condition }), 'unknown')
  assert.equal(await withPolicy({ ...statement, Effect: 'Allow' }), 'pass')
})

test('what a server does not offer is unknown, not a failure', async () => {
  const none = awsError('NotImplementedException', 'not built', 501)
  const { WouldFail, verdict } = await verdicts(
    {
      'GET eu-west-1 /backup-vaults/home/access-policy': none,
      'GET eu-central-1 /backup-vaults/offsite/access-policy': none,
    },
    ...DAYS_14,
  )
  assert.equal(WouldFail, false)
  assert.equal(verdict['source-policy'], 'unknown')
})

test('a cold and a continuous recovery point, and a type that is never copied, fail', async () => {
  const path = `GET eu-west-1 /backup-vaults/home/recovery-points/${POINT}`
  const point = { ResourceType: 'EBS', Status: 'COMPLETED', CreationDate: 1_795_200_000 }
  const cold = await verdicts({ [path]: { json: { ...point, StorageClass: 'COLD' } } }, ...DAYS_14)
  assert.equal(cold.verdict['recovery-point-state'], 'fail')
  const redshift = { json: { ...point, ResourceType: 'Redshift' } }
  assert.equal((await verdicts({ [path]: redshift }, ...DAYS_14)).verdict['resource-type'], 'fail')
  const arn = 'arn:aws:backup:eu-west-1:123456789012:recovery-point:continuous:db-1'
  const continuous = await verdicts(
    { [`GET eu-west-1 /backup-vaults/home/recovery-points/${arn}`]: { json: point } },
    ...['--recovery-point-arn', arn, ...DAYS_14],
  )
  assert.equal(continuous.verdict['recovery-point-kind'], 'fail')
})

test('of a Copyhold it is told whether the copy shares data keys, and of AWS nothing', async () => {
  const told = async (answers: recorded.AwsAnswers, ...argv: string[]) => {
    const { Checks } = await verdicts(answers, ...DAYS_14, ...argv)
    return Checks.find(({ Check }) => Check === 'copy-mode')?.Detail
  }
  const there = 'GET eu-central-1 /_copyhold/vaults/offsite/settings'
  const set = (CopyMode: string | null) => ({ [there]: { json: { CopyMode } } })
  assert.equal(await told({}), undefined)
  assert.match((await told(set(null))) ?? '', /^verbatim: .*share its data keys with its source$/)
  assert.match(
    (await told(set('reencrypt'))) ?? '',
    /^reencrypt: .*, as is set for the destination$/,
  )
  const here = { 'GET eu-west-1 /_copyhold/vaults/home/settings': { json: { CopyMode: null } } }
  const abroad = await told(here, '--destination-backup-vault-arn', FOREIGN)
  assert.match(abroad ?? '', /^reencrypt: .*unless the owner of the destination has set otherwise$/)
  // The server knows what the destination hides.
  const knows = { 'POST eu-west-1 /_copyhold/preflight': { json: { CopyMode: 'verbatim' } } }
  const foretold = await told({ ...here, ...knows }, '--destination-backup-vault-arn', FOREIGN)
  assert.match(foretold ?? '', /^verbatim: /)
})
