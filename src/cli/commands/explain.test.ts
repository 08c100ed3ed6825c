// Goal: `copyhold explain` names the condition that failed and fills the fix in. Method: AWS as it
// was recorded in shape; only reads are allowed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCli } from '../run.ts'
import { fakeHost, withStub } from '../stub.suite.ts'
import { type AwsAnswers, aws, awsError, COPY_JOB, copyJob, FOREIGN } from '../stub-aws.suite.ts'

async function explain(answers: AwsAnswers, ...argv: string[]) {
  return await withStub(aws(answers), async ({ url, requests }) => {
    const host = fakeHost({ variables: { AWS_ENDPOINT_URL_BACKUP: url } })
    const code = await runCli(['explain', ...argv], host)
    assert.ok(requests.every(({ method }) => method === 'GET'))
    return { code, ...host.printed, requests }
  })
}

const RETENTION =
  'Copy job failed. The retention specified in the job is not within the range specified for ' +
  'the target Backup Vault.'

test('a retention out of range is explained with the days of both sides', async () => {
  const failed = copyJob({ State: 'FAILED', StatusMessage: RETENTION })
  const { code, out } = await explain(failed, COPY_JOB)
  assert.equal(code, 0)
  assert.match(out, /the copy would be kept 365 days; the lock takes 7 to 30 days/)
  assert.match(out.replace(/\s+/g, ' '), /from 7 to 30 days; this one would be kept 365 days/)
  assert.match(out, /--lifecycle DeleteAfterDays=7 --wait/)
})

test('the same for a program', async () => {
  const failed = copyJob({ State: 'FAILED', StatusMessage: RETENTION })
  const { out } = await explain(failed, COPY_JOB, '--output', 'json')
  const { State, Article, Findings } = JSON.parse(out)
  assert.equal(State, 'FAILED')
  assert.equal(Article.id, 'retention-out-of-range')
  const [finding] = Findings
  assert.deepEqual([finding.Check, finding.Verdict], ['Retention', 'fail'])
})

test('a foreign vault that lets nobody in: the statement names the role, the accounts differ', async () => {
  const failed = copyJob({
    State: 'FAILED',
    StatusMessage: 'Access Denied trying to call AWS Backup service',
    DestinationBackupVaultArn: FOREIGN,
  })
  const hidden = awsError(
    'AccessDeniedException',
    'Insufficient privileges to perform this action.',
  )
  const { out } = await explain(
    { ...failed, 'GET eu-central-1 /backup-vaults/theirs': { ...hidden, status: 403 } },
    COPY_JOB,
  )
  assert.match(out, /"aws:PrincipalArn": "arn:aws:iam::123456789012:role\/service-role\/Copier"/)
  assert.match(out, /As account 210987654321, put it on the vault/)
  assert.match(out, /--region eu-central-1 --backup-vault-name theirs/)
})

test('a completed copy tells when it is deleted, counted from its source', async () => {
  const copy = 'arn:aws:ec2:eu-central-1::snapshot/snap-0fedcba9876543210'
  const completed = copyJob({ State: 'COMPLETED', DestinationRecoveryPointArn: copy })
  const point = {
    json: {
      ResourceType: 'EBS',
      CreationDate: 1_795_200_000,
      Lifecycle: { DeleteAfterDays: 30 },
    },
  }
  const path = `GET eu-central-1 /backup-vaults/offsite/recovery-points/${copy}`
  const { code, out } = await explain({ ...completed, [path]: point }, COPY_JOB)
  assert.equal(code, 0)
  assert.match(out, /It copied a recovery point of 8\.6 GB\./)
  assert.match(out.replace(/\s+/g, ' '), /deleted on 2026-12-20 18:40 UTC: 30 days from 2026-11-20/)
})

test('a job that waits names the one ahead of it', async () => {
  const created = copyJob({ State: 'CREATED' })
  const running = { json: { CopyJobs: [{ CopyJobId: 'AHEAD-1', State: 'RUNNING' }] } }
  const { out } = await explain({ ...created, 'GET eu-west-1 /copy-jobs/?': running }, COPY_JOB)
  assert.match(out, /It has not begun yet/)
  assert.match(out, /ahead of it: AHEAD-1/)
})

test('a message, its beginning, an article by its name, and the list need no server', async () => {
  const started = await explain({}, 'Access Denied trying to call AWS')
  assert.match(started.out, /^The destination vault's policy does not let the copy in/)
  assert.match((await explain({}, 'cold')).out, /^A recovery point in cold storage/)
  const { out, requests } = await explain({}, '--list')
  assert.match(out, /^retention-out-of-range {2,}The retention/)
  assert.equal(requests.length, 0)
})

test('what nobody knows is said so: a message ends with 1, a job with 254', async () => {
  const message = await explain({}, 'hello there')
  assert.equal(message.code, 1)
  assert.match(message.err, /no article is about this message/)
  const job = await explain({}, '00000000-0000-0000-0000-000000000000')
  assert.equal(job.code, 254)
  assert.match(job.err, /No copy, backup or restore job has the id/)
})

test('of a Copyhold’s copy it is told whether it has data keys of its own', async () => {
  const running = copyJob({ State: 'RUNNING' })
  const told = async (CopyMode: string | undefined) => {
    const progress = { json: { CopyMode, Progress: { bytesStored: 1 } } }
    const path = `GET eu-west-1 /_copyhold/jobs/${COPY_JOB}/progress`
    return (await explain({ ...running, [path]: progress }, COPY_JOB)).out.replace(/\s+/g, ' ')
  }
  assert.match(await told('reencrypt'), /re-encrypted: the copy has data keys of its own/)
  assert.match(await told('verbatim'), /as they are: the copy has the data keys of its source/)
  assert.doesNotMatch(await told(undefined), /data keys/)
})
