// Rules chosen where AWS publishes none.

/** A question that AWS leaves open, and the answer that holds here. */
export interface Rule {
  readonly question: string
  readonly choice: string
}

export const RULES: readonly Rule[] = [
  {
    question: 'Which failures of a copy refuse the request, and which fail the job',
    choice:
      'What the request and the source vault decide is refused at once; what depends on the ' +
      'destination’s side, on keys or on the organization ends the job FAILED with AWS’s text.',
  },
  {
    question: 'A destination vault of the same account and Region that does not exist',
    choice: 'ResourceNotFoundException, at once: `Backup vault NAME does not exist`.',
  },
  {
    question: 'A destination vault elsewhere that does not exist',
    choice:
      'In the same account the job ends FAILED with `Copy job failed because backup vault ARN ' +
      'does not exist.`; in another account as if its policy forbade it, so that nobody learns ' +
      'what exists.',
  },
  {
    question: 'The idempotency token: scope, window, conflict',
    choice:
      'Account, Region, operation and token; for as long as the job’s record lives. The same token ' +
      'with other parameters is refused with InvalidParameterValueException; a refused request ' +
      'leaves no trace; an empty token is none.',
  },
  {
    question: 'A URL with segments of dots, empty segments, or a plus in its query',
    choice:
      'Refused before its signature is looked at (MalformedHttpRequestException, or MissingParameterValueException for an empty label): a signature and its reader could take it for two. Clients write %2B and %20.',
  },
  {
    question: 'How long a request may be',
    choice:
      'A body 256 KiB (a backup plan 1 MiB), a URL 16 KiB, a list or map 1,000 members; these are counted before they are looked at.',
  },
  {
    question: 'The order of lists, the default page',
    choice:
      'Jobs and recovery points: newest first by CreationDate, then id. Vaults: as they were made. Protected resources: as they were registered, newest first. Tags: by key. 1,000 rows, also for who asks for more; tokens stay right under inserts.',
  },
  {
    question: 'From when an inherited lifecycle counts',
    choice:
      'From the CreationDate that the copy has from its source; a copy may be due to expire when ' +
      'it is made.',
  },
  {
    question: 'A lifecycle with MoveToColdStorageAfterDays alone',
    choice: 'DeleteAfterDays is the source’s, then the 90-day rule is judged on both.',
  },
  {
    question: 'Which retention a vault lock judges',
    choice: 'DeleteAfterDays as it will stand, not the days that are left; endless is infinite.',
  },
  {
    question: 'What a vault lock keeps, and from when',
    choice:
      'From the moment it is set, in governance too: deletion and any change of a lifecycle are ' +
      'refused with InvalidRequestException until the retention has ended; then the service ' +
      'deletes. An empty vault may be deleted though it is locked.',
  },
  {
    question: 'When a recovery point whose DeleteAt has come is deleted',
    choice:
      'Promptly, but not while a copy or a restore reads it. A lifecycle may be changed so that ' +
      'it ends in the past: then it is deleted at once.',
  },
  {
    question: 'MoveToColdStorageAfterDays left out after a recovery point has moved',
    choice: 'It stays as it was: the move cannot be undone. Another value is refused.',
  },
  {
    question: 'SourceBackupVaultArn of a copy inside an account',
    choice: 'Absent, as AWS’s model says; ListCopyJobs by source finds the relation.',
  },
  {
    question: 'Copying the same recovery point into the same vault again',
    choice: 'Makes another recovery point; its bytes are already there.',
  },
  {
    question: 'Deleting a recovery point or a vault while a copy reads or writes it',
    choice:
      'The point: InvalidResourceStateException while the copy runs. The destination vault: it ' +
      'goes, and the copy fails.',
  },
  {
    question: 'Stopping a copy',
    choice: 'AWS has no operation for it; there is none here either.',
  },
  {
    question: 'Whether the copy can be seen while it is made',
    choice: 'No: it appears when it is whole, proved and recorded, with the job’s COMPLETED.',
  },
  {
    question: 'Where a job of a copy between accounts is seen',
    choice: 'In the account that started it. The destination’s owner sees the new recovery point.',
  },
  {
    question: 'Names of MessageCategory',
    choice:
      'AWS publishes groups and a few names; the others follow their spelling. A filter ignores ' +
      'case and underscores.',
  },
  {
    question: 'Numbers in the error member `Code`',
    choice: 'Only those that are known from AWS; otherwise it is left out.',
  },
]
