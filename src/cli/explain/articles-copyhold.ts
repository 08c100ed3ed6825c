// Failures of other jobs, and those that only a Copyhold tells.

import { type Article, command } from './article.ts'

/** Articles about backups, restores and the state of a Copyhold. */
export const OTHERS: readonly Article[] = [
  {
    id: 'pack-damaged',
    title: 'A pack in the source vault is damaged',
    appears: 'job',
    said: 'Copyhold',
    texts: [
      'Pack {pack} of backup vault {sourceVaultArn} is damaged',
      'Pack {pack} of backup vault {sourceVaultArn} is damaged. {reason}',
    ],
    means:
      'The store returned other bytes for this pack than were written to it: every byte is checked ' +
      'before it is copied, and nothing damaged goes on. Recovery points that need the pack ' +
      'cannot be copied or restored whole from this vault; others are not touched by it. A restore ' +
      'brings back everything that does not need the pack, and names what is missing.',
    fixes: () => [
      { do: 'Restore from a copy in another vault: it holds packs of its own.' },
      {
        do:
          'Check the disk under the store; put the file back from a mirror if there is ' +
          'one. A repaired pack is taken up by the next job as it is.',
      },
      {
        do: 'Back the resource up again: the new backup stores the chunks of the damaged pack again.',
      },
    ],
  },
  {
    id: 'manifest-damaged',
    title: 'The manifest of a recovery point is damaged',
    appears: 'job',
    said: 'Copyhold',
    texts: ['The manifest of recovery point {recoveryPointArn} is damaged'],
    means:
      'The manifest names everything that the recovery point needs, and what the store gives ' +
      'back for it is missing or is not what was sealed. Without it this recovery point cannot ' +
      'be restored or copied from this vault; other recovery points are not touched by it. ' +
      'What was found is kept with the recovery point.',
    fixes: () => [
      { do: 'Restore from a copy in another vault: it has a manifest of its own.' },
      {
        do:
          'Check the disk under the store; put the file back from a mirror if there is ' +
          'one, then verify the vault: the mark goes when the manifest is whole.',
      },
      { do: 'Back the resource up again: only what the vault does not have is stored.' },
    ],
  },
  {
    id: 'store-unavailable',
    title: 'A store cannot be used now',
    appears: 'request',
    said: 'Copyhold',
    texts: [
      'The store of {sourceRegion} cannot be used now. Nothing was made; try again when its ' +
        'operator has put it back',
    ],
    like: [/\bstore of \S+ cannot be used/i],
    means:
      'The folder of the Region is not the store that the catalog knows: its disk is not ' +
      'mounted, another folder or an older copy is in its place, or another server owns it. ' +
      'Nothing is written there and nothing is called damaged; jobs that need it wait and go on ' +
      'by themselves. The log of the server and /readyz say which store it is, and why.',
    fixes: () => [
      { do: 'Mount the disk, or put the folder back. No restart is needed.' },
      {
        do: 'If the store is to belong to this catalog from now on, stop both servers and adopt it.',
        paste: command('copyhold admin adopt-store --config <file> --region <region>'),
      },
    ],
  },
  {
    id: 'disk-full',
    title: 'A disk is full',
    appears: 'request',
    said: 'Copyhold',
    texts: [
      'The disk of {disk} is full, and this request needs room there. Delete recovery points, ' +
        'which needs none, or have its operator free space, and try again',
    ],
    like: [/\bthe disk of .+ is full/i],
    means:
      'The disk of the catalog or of a store has no room left. Jobs that need room wait, say so, ' +
      'and go on by themselves when there is some. Deleting recovery points, sweeping their ' +
      'vault and stopping backups need no room: the server keeps some for that.',
    fixes: () => [
      {
        do: 'Delete recovery points that are not needed.',
        paste: command(
          'copyhold backup delete-recovery-point --backup-vault-name <vault> --recovery-point-arn <arn>',
        ),
      },
      {
        do: 'Free what only they used; a sweep follows by itself, too.',
        paste: command('copyhold vault sweep <vault>'),
      },
      { do: 'Or free space on that disk by other means, or make it larger.' },
    ],
  },
  {
    id: 'restore-target',
    title: 'The restore may not write there',
    appears: 'both',
    said: 'Copyhold',
    texts: ['Cannot restore into {path}: {reason}'],
    means:
      'The folder lies outside the roots that the server may restore below, is not empty, or ' +
      'cannot be written. A restore never overwrites what it finds.',
    fixes: (fill) => [
      {
        do:
          'Name a new folder below one that is allowed. `copyhold dev` allows the folder it was ' +
          'started in, and one more.',
        paste: command(`copyhold dev --restore-root ${fill('path')}`),
      },
      {
        do:
          'On `copyhold serve` add the folder to `restoreRoots` of the configuration, or to those ' +
          'of the account, and start the server again.',
      },
    ],
  },
  {
    id: 'restore-metadata',
    title: 'The restore metadata cannot be used',
    appears: 'both',
    said: 'Copyhold',
    texts: ['Invalid restore metadata {name}: {reason}'],
    means:
      'The key {name} of --metadata is missing, unknown, has a value it cannot have, or asks for ' +
      'something that is not done here, such as a part of a recovery point.',
    fixes: (fill) => [
      {
        do: 'Start from what the recovery point itself says.',
        paste: command(
          'copyhold backup get-recovery-point-restore-metadata --backup-vault-name ' +
            `${fill('sourceVaultName')} --recovery-point-arn ${fill('recoveryPointArn')}`,
        ),
      },
      {
        do: 'For a folder, name where to.',
        paste: command(`--metadata '{"copyhold:path": "/new/folder"}'`),
      },
    ],
  },
  {
    id: 'resource-unavailable',
    title: 'The resource cannot be read',
    appears: 'both',
    said: 'Copyhold',
    texts: ['Resource {resourceArn} is not available: {reason}'],
    means:
      'The folder of the resource is missing, is not a folder, or cannot be read by the server.',
    fixes: () => [
      {
        do: 'See which folder it is; repair its permissions, or register the right folder.',
        paste: command('copyhold resource list'),
      },
    ],
  },
  {
    id: 'type-opted-out',
    title: 'The resource type is not opted in',
    appears: 'request',
    said: 'Copyhold',
    texts: ['{resourceType} is not opted in to be backed up in {sourceRegion}. Opt in with {name}'],
    means:
      'The account has opted {resourceType} out of AWS Backup in the Region {sourceRegion}, so ' +
      'none of its resources is backed up there.',
    fixes: (fill) => [
      {
        do: 'Opt the type in; the others stay as they are.',
        paste: command(
          `copyhold backup update-region-settings --region ${fill('sourceRegion')} ` +
            `--resource-type-opt-in-preference ${fill('resourceType')}=true`,
        ),
      },
    ],
  },
  {
    id: 'resource-missing',
    title: 'The resource is not registered here',
    appears: 'both',
    said: 'Copyhold',
    texts: [
      'Resource {resourceArn} is not registered here in this account and Region. Register its ' +
        'folder with `copyhold resource add directory PATH`, or declare it under `resources` in ' +
        "the server's configuration",
      'Resource {resourceArn} does not exist',
    ],
    means:
      'The form of the ARN is right, but this server knows no resource of that ARN in the account ' +
      'and the Region that asked. It backs up folders that were registered with it; a resource of ' +
      'AWS of that ARN is not known here.',
    fixes: (fill) => [
      {
        do: 'See which resources are registered in the Region. Another Region has others.',
        paste: command(`copyhold resource list --region ${fill('sourceRegion')}`),
      },
      {
        do: 'On a development server register the folder; the command prints its ARN.',
        paste: command(`copyhold resource add directory <path> --region ${fill('sourceRegion')}`),
      },
      {
        do:
          'On `copyhold serve` declare the folder under `resources` in the configuration and start ' +
          'the server again; `copyhold resource list` then shows its ARN.',
      },
    ],
  },
  {
    id: 'running-backup',
    title: 'A backup of the same resource was running',
    appears: 'job',
    said: 'AWS',
    texts: ['Backup job failed because there was a running job for the same resource.'],
    means: 'One backup of a resource runs at a time; this one came while another was at work.',
    fixes: () => [{ do: 'Start it again when the other has ended.' }],
  },
  {
    id: 'backup-lifecycle-range',
    title: 'The retention does not fit the locked vault',
    appears: 'job',
    said: 'AWS',
    texts: ['Backup job failed because the lifecycle is outside the valid range for backup vault.'],
    means:
      'The lock of the vault takes only recovery points that are kept from {minRetentionDays} to ' +
      '{maxRetentionDays} days.',
    fixes: () => [{ do: 'Give the backup a lifecycle within these days.' }],
  },
  {
    id: 'stopped',
    title: 'A user stopped the backup',
    appears: 'job',
    said: 'AWS',
    texts: ['Backup job was stopped by user.'],
    means: 'StopBackupJob ended it; there is no recovery point of it. A copy cannot be stopped.',
    fixes: () => [{ do: 'Start it again; it uses what was stored before.' }],
  },
  {
    id: 'expired',
    title: 'The time for the backup was over',
    appears: 'job',
    said: 'AWS',
    texts: ['Backup job expired before completion.'],
    means:
      'The backup did not begin within its start window, or did not end within its completion window.',
    fixes: () => [
      {
        do: 'Give it more time.',
        paste: command('--start-window-minutes 480 --complete-window-minutes 10080'),
      },
    ],
  },
  {
    id: 'vanished',
    title: 'Something that was named does not exist',
    appears: 'both',
    said: 'AWS',
    texts: [],
    like: [/does not exist/i],
    means:
      'The message names what is missing; it was misspelled, or deleted before the job came to it.',
    fixes: () => [
      { do: 'Compare the name, the Region and the account in the message with what there is.' },
    ],
  },
]
