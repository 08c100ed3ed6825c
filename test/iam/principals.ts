// Whom a resource's policy means. Nobody here has a policy of his own, so what is allowed is
// allowed by the resource's, which across accounts is not enough, nor when it names the account.

import {
  allow,
  type Case,
  deny,
  HERE,
  type Name,
  type Outcome,
  type Statement,
  THERE,
} from './case.ts'

const ROOT = `arn:aws:iam::${HERE}:root`
const BOB = `arn:aws:iam::${HERE}:user/bob`
const ROLE = `arn:aws:iam::${HERE}:role/ops/copier`
const SESSION = `arn:aws:sts::${HERE}:assumed-role/copier/night`
const BACKUP = 'backup.amazonaws.com'

type Row = readonly [Name, Statement, Outcome, string]

const to = (principal: unknown) => allow({ Principal: principal })
const not = (principal: unknown) => allow({ NotPrincipal: principal })
const denied = (principal: unknown) => deny({ Principal: principal })
const deniedBut = (principal: unknown) => deny({ NotPrincipal: principal })

const ALLOWS: readonly Row[] = [
  ['bob', to('*'), 'allow resource', 'everyone'],
  ['bob', to({ AWS: '*' }), 'allow resource', 'the same as everyone'],
  ['bob', to({ AWS: BOB }), 'allow resource', 'by his ARN'],
  ['bob', to({ AWS: [SESSION, BOB] }), 'allow resource', 'one of a list'],
  ['bob', to({ AWS: 'AIDABOB0000000001' }), 'allow resource', 'by his unique id'],
  ['bob', to({ AWS: `arn:aws:iam::${HERE}:user/ann` }), 'deny identity', 'somebody else'],
  ['bob', to({ AWS: `arn:aws:iam::${HERE}:user/Bob` }), 'deny identity', 'ARNs have case'],
  ['bob', to({ AWS: HERE }), 'deny identity', 'his account is to allow him itself'],
  ['bob', to({ AWS: ROOT }), 'deny identity', 'the root’s ARN is the account'],
  ['bob', to({ AWS: THERE }), 'deny identity', 'another account'],
  ['bob', to({ Service: BACKUP }), 'deny identity', 'a service is not a user'],
  ['bob', to({ Federated: 'cognito-identity.amazonaws.com' }), 'deny identity', 'nor federated'],
  ['bob', to({ CanonicalUser: '79a59df900b949e5' }), 'deny identity', 'nor of S3'],
  ['bob', to({ Service: BACKUP, AWS: BOB }), 'allow resource', 'several kinds'],
  ['root', to({ AWS: HERE }), 'allow root', 'the root may what its account may'],
  ['root', to('*'), 'allow resource', 'everyone'],
  ['session', to({ AWS: ROLE }), 'allow resource', 'by the role of the session'],
  ['session', to({ AWS: SESSION }), 'allow resource', 'by the session itself'],
  ['session', to({ AWS: 'AROACOPIER0000000001' }), 'allow resource', 'by the role’s unique id'],
  ['session', to({ AWS: `arn:aws:iam::${HERE}:role/copier` }), 'deny identity', 'without its path'],
  ['session', to({ AWS: SESSION.replace('night', 'day') }), 'deny identity', 'another session'],
  ['session', to({ AWS: HERE }), 'deny identity', 'the account is to allow it itself'],
  ['backup', to({ Service: BACKUP }), 'allow resource', 'the service'],
  ['backup', to({ Service: ['ec2.amazonaws.com', BACKUP] }), 'allow resource', 'one of a list'],
  ['backup', to({ Service: 'ec2.amazonaws.com' }), 'deny resource', 'another service'],
  ['backup', to({ AWS: HERE }), 'deny resource', 'a service is of no account'],
  ['backup', to('*'), 'allow resource', 'everyone'],
  ['bob', not({ AWS: `arn:aws:iam::${HERE}:user/ann` }), 'allow resource', 'everybody but Ann'],
  ['bob', not({ AWS: BOB }), 'deny identity', 'everybody but him'],
  ['bob', not({ AWS: HERE }), 'deny identity', 'everybody but his account'],
  ['session', not({ AWS: ROLE }), 'deny identity', 'everybody but its role'],
]

const DENIES: readonly Row[] = [
  ['bob', denied('*'), 'deny! resource', 'everyone'],
  ['bob', denied({ AWS: BOB }), 'deny! resource', 'by his ARN'],
  ['bob', denied({ AWS: HERE }), 'deny! resource', 'all of the account'],
  ['bob', denied({ AWS: ROOT }), 'deny! resource', 'the root’s ARN is the account'],
  ['bob', denied({ AWS: THERE }), 'allow resource', 'another account'],
  ['root', denied('*'), 'deny! resource', 'the root too'],
  ['root', denied({ AWS: BOB }), 'allow resource', 'not the root'],
  ['session', denied({ AWS: ROLE }), 'deny! resource', 'by its role'],
  ['session', denied({ AWS: SESSION }), 'deny! resource', 'the session itself'],
  [
    'session',
    denied({ AWS: SESSION.replace('night', 'day') }),
    'allow resource',
    'another session',
  ],
  ['bob', deniedBut({ AWS: [BOB, ROOT] }), 'allow resource', 'he and his account are excepted'],
  ['bob', deniedBut({ AWS: BOB }), 'deny! resource', 'his account is not excepted'],
  ['bob', deniedBut({ AWS: ROOT }), 'deny! resource', 'he is not excepted'],
  ['session', deniedBut({ AWS: [SESSION, ROLE, ROOT] }), 'allow resource', 'all are excepted'],
  ['session', deniedBut({ AWS: [ROLE, ROOT] }), 'deny! resource', 'the session is not excepted'],
  ['root', deniedBut({ AWS: ROOT }), 'allow resource', 'the root is excepted'],
]

function caseOf([who, statement, expect, why]: Row): Case {
  return { source: 'principal', who, why, resource: [statement], expect }
}

export const PRINCIPALS: readonly Case[] = [
  ...ALLOWS.map(caseOf),
  // Everyone is allowed besides, so that what is left is what the Deny leaves.
  ...DENIES.map((row): Case => ({ ...caseOf(row), resource: [row[1], to('*')] })),
]
