// What statements speak of: actions and resources, with their Not-forms and wildcards.

import { allow, type Case, deny, type Statement, VAULT } from './case.ts'

type Row = readonly [Statement, boolean | 'deny!', string]

const ACTION = 'backup:StartCopyJob'

const ACTIONS: readonly Row[] = [
  [allow({ Action: ACTION }), true, 'named whole'],
  [allow({ Action: 'BACKUP:startcopyjob' }), true, 'actions have no case'],
  [allow({ Action: 'backup:*' }), true, 'all of a service'],
  [allow({ Action: 'backup:Start*' }), true, 'a beginning'],
  [allow({ Action: 'backup:*Job' }), true, 'an end'],
  [allow({ Action: 'backup:Start????Job' }), true, 'single characters'],
  [allow({ Action: 'backup:Start???Job' }), false, 'exactly as many'],
  [allow({ Action: '*' }), true, 'everything'],
  [allow({ Action: '*:*' }), true, 'everything of every service'],
  [allow({ Action: ['backup:ListTags', ACTION] }), true, 'one of a list'],
  [allow({ Action: ['backup:ListTags', 's3:*'] }), false, 'none of a list'],
  [allow({ Action: 'backup:StartCopyJobs' }), false, 'another name'],
  [allow({ Action: 'backup-storage:*' }), false, 'another service'],
  [allow({ NotAction: 's3:*' }), true, 'everything but S3'],
  [allow({ NotAction: 'backup:*' }), false, 'everything but this service'],
  [allow({ NotAction: ['s3:*', 'backup:Start*'] }), false, 'excepted by the second'],
  [deny({ NotAction: 'backup:*' }), false, 'not denied, and not allowed by anybody'],
  [deny({ NotAction: 'backup:List*' }), 'deny!', 'everything but lists is denied'],
]

const RESOURCES: readonly Row[] = [
  [allow({ Resource: VAULT }), true, 'named whole'],
  [allow({ Resource: `${VAULT}-2` }), false, 'another'],
  [allow({ Resource: VAULT.toUpperCase().replace('ARN', 'arn') }), false, 'ARNs have case'],
  [allow({ Resource: 'arn:aws:backup:eu-west-1:111122223333:backup-vault:*' }), true, 'all vaults'],
  [allow({ Resource: 'arn:aws:backup:*:*:backup-vault:daily' }), true, 'wherever it is'],
  [allow({ Resource: 'arn:aws:backup:*:111122223333:*' }), true, 'all of the account'],
  [
    allow({ Resource: 'arn:*:backup:eu-west-1:111122223333:backup-vault:d?ily' }),
    true,
    'partition',
  ],
  [allow({ Resource: 'arn:aws:backup' }), true, 'missing parts are filled with wildcards'],
  [allow({ Resource: 'arn:aws:backup:us-east-1' }), false, 'another Region, the rest filled'],
  [allow({ Resource: 'arn:aws:backup:*' }), true, 'a * that ends a part reaches on'],
  [allow({ Resource: 'arn:aws:backup:eu-*1:111122223333:*' }), true, 'within a part'],
  [allow({ Resource: 'arn:aws:b*p:111122223333:backup-vault:daily' }), false, 'not past a colon'],
  [allow({ Resource: 'arn:aws:backup:eu-west?1:111122223333:*' }), true, '? is any one character'],
  [allow({ Resource: 'arn:aws:backup:eu-west-1?111122223333:*' }), false, '? is no colon'],
  [
    allow({ Resource: 'arn:aws:backup:eu-west-1:111122223333:*daily' }),
    true,
    'the last part whole',
  ],
  [allow({ Resource: ['arn:aws:s3:::a', VAULT] }), true, 'one of a list'],
  [allow({ NotResource: VAULT }), false, 'everything but it'],
  [allow({ NotResource: `${VAULT}-2` }), true, 'everything but another'],
  [deny({ NotResource: 'arn:aws:s3:::*' }), 'deny!', 'everything but buckets is denied'],
  [deny({ NotResource: 'arn:aws:backup:*' }), false, 'not denied, and not allowed by anybody'],
]

const NOWHERE: readonly Row[] = [
  [allow(), true, 'an action without a resource needs *'],
  [allow({ Resource: 'arn:aws:backup:*' }), false, 'an ARN is not *'],
  [allow({ Resource: ['arn:aws:backup:*', '*'] }), true, 'one of them is *'],
  [allow({ NotResource: 'arn:aws:s3:::*' }), true, 'not excepted'],
]

function casesOf(rows: readonly Row[], rest: Pick<Case, 'source' | 'arn'>): Case[] {
  return rows.map(([statement, expected, why]) => ({
    ...rest,
    why,
    identity: [statement],
    expect: expected === 'deny!' ? 'deny! identity' : expected ? 'allow identity' : 'deny identity',
  }))
}

export const ELEMENTS: readonly Case[] = [
  ...casesOf(ACTIONS, { source: 'action' }),
  ...casesOf(RESOURCES, { source: 'resource' }),
  ...casesOf(NOWHERE, { source: 'resource', arn: '*' }),
]
