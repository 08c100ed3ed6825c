// Goal: `copyhold copy` asks for each copy once, whatever happened before. Method: AWS in shape,
// with lists of points and jobs of the test's own.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { type Answering, fakeHost, withStub } from '../stub.suite.ts'
import { DESTINATION, ROLE } from '../stub-aws.suite.ts'

const POINT = {
  RecoveryPointArn: 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0',
  ResourceArn: 'arn:aws:ec2:eu-west-1:123456789012:volume/vol-1',
  ResourceType: 'EBS',
  Status: 'COMPLETED',
  CreationDate: 1_795_200_000,
  IamRoleArn: ROLE,
}
const JOB = { CopyJobId: 'J-1', SourceRecoveryPointArn: POINT.RecoveryPointArn }

interface Given {
  readonly points?: readonly object[]
  readonly there?: readonly object[]
  readonly jobs?: readonly object[]
  readonly end?: object
  readonly refusal?: string
}

function answering({ points = [POINT], there = [], jobs = [], end, refusal }: Given): Answering {
  return ({ method, url }) => {
    if (url.startsWith('/_copyhold/')) return { status: 404 }
    if (method === 'PUT') {
      const headers = { 'x-amzn-errortype': 'InvalidRequestException' }
      if (refusal) return { status: 400, headers, json: { Message: refusal } }
      return { json: { CopyJobId: 'NEW-1' } }
    }
    if (url.startsWith('/backup-vaults/home/')) return { json: { RecoveryPoints: points } }
    if (url.startsWith('/backup-vaults/offsite/')) return { json: { RecoveryPoints: there } }
    if (url.startsWith('/copy-jobs/?')) return { json: { CopyJobs: jobs } }
    return { json: { CopyJob: { State: 'COMPLETED', ...end } } }
  }
}

async function copy(given: Given, ...argv: string[]) {
  return await withStub(answering(given), async ({ url, requests }) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL_BACKUP: url } })
    const words = ['copy', '--from', 'home', '--to', DESTINATION, '--output', 'json', ...argv]
    const code = await runCli(words, host)
    const started = requests.filter(({ method }) => method === 'PUT')
    const bodies = started.map(({ body }) => JSON.parse(body))
    const report = host.printed.out === '' ? {} : JSON.parse(host.printed.out)
    return { code, ...host.printed, report, bodies }
  })
}

test('the role is that of the point, the token the same every time', async () => {
  const first = await copy({})
  assert.equal(first.code, 0, first.err)
  assert.equal(first.bodies[0].IamRoleArn, ROLE)
  assert.equal(first.report.Copied[0].CopyJobId, 'NEW-1')
  const second = await copy({})
  assert.equal(second.bodies[0].IdempotencyToken, first.bodies[0].IdempotencyToken)
  const other = await copy({}, '--lifecycle', 'DeleteAfterDays=7')
  assert.notEqual(other.bodies[0].IdempotencyToken, first.bodies[0].IdempotencyToken)
  assert.deepEqual(other.bodies[0].Lifecycle, { DeleteAfterDays: 7 })
})

test('a copy that failed, or is gone, is asked for anew under another token', async () => {
  const token = async (given: Given) => (await copy(given)).bodies[0].IdempotencyToken
  const fresh = await token({})
  const failed = await token({ jobs: [{ ...JOB, State: 'FAILED' }] })
  const gone = { ...JOB, State: 'COMPLETED', DestinationRecoveryPointArn: 'arn:gone' }
  assert.notEqual(failed, fresh)
  assert.equal(await token({ jobs: [gone] }), failed)
})

test('a copy under way is followed, not doubled', async () => {
  const { code, bodies, report } = await copy({ jobs: [{ ...JOB, State: 'RUNNING' }] })
  assert.equal(code, 0)
  assert.equal(bodies.length, 0)
  assert.equal(report.Copied[0].CopyJobId, 'J-1')
})

test('--missing-only leaves out what is there, by whomever it was copied', async () => {
  const there = [{ ...POINT, RecoveryPointArn: 'arn:aws:ec2:eu-central-1::snapshot/snap-1' }]
  const { code, bodies, report } = await copy({ there }, '--missing-only')
  assert.equal(code, 0)
  assert.equal(bodies.length, 0)
  assert.match(report.AlreadyThere[0].DestinationRecoveryPointArn, /eu-central-1/)
})

test('refusals and failures are told with their article; some of many ends with 3', async () => {
  const refused = await copy({
    refusal: 'Recovery point x is in cold storage and cannot be copied',
  })
  assert.equal(refused.code, 4)
  assert.equal(refused.report.Refused[0].Article, 'cold')
  const expired = { ...POINT, RecoveryPointArn: `${POINT.RecoveryPointArn}1`, Status: 'EXPIRED' }
  const some = await copy({ points: [POINT, expired] })
  assert.equal(some.code, 3)
  assert.match(some.report.Refused[0].Reason, /is in the state EXPIRED/)
  const failed = await copy({
    end: { State: 'FAILED', StatusMessage: 'Failed to unshare snapshot' },
  })
  assert.equal(failed.code, 4)
  assert.equal(failed.report.Failed[0].Article, 'unshare-failed')
})

test('the newest of each resource are those that can be copied', async () => {
  const newer = { ...POINT, CreationDate: POINT.CreationDate + 60, RecoveryPointArn: 'arn:dying' }
  const points = [POINT, { ...newer, Status: 'DELETING' }]
  const { report } = await copy({ points }, '--newest-per-resource', '1', '--dry-run')
  assert.deepEqual(
    report.Points.map(({ Would }: { Would: string }) => Would),
    ['refuse', 'copy'],
  )
})

test('Ctrl-C starts nothing more, leaves what runs, and ends with 130', async () => {
  let interrupt = () => {}
  const running = answering({ end: { State: 'RUNNING' } })
  const asked: Answering = (request) => {
    if (request.url === '/copy-jobs/NEW-1') interrupt()
    return running(request)
  }
  await withStub(asked, async ({ url }) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL_BACKUP: url } })
    interrupt = () => host.interrupt()
    assert.equal(await runCli(['copy', '--from', 'home', '--to', DESTINATION], host), 130)
    assert.match(host.printed.out, /^going on/)
    assert.match(host.printed.err, /the copies that were started go on\.\n$/)
  })
})
