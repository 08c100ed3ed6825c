// What our own commands' pages say besides their options, which the commands declare themselves.

import type { Description } from './description.ts'

const ARN = 'arn:aws:backup:us-east-1:123456789012:backup-vault:offsite'

/** By the words of the command. */
export const OWN_COMMANDS: Readonly<Record<string, Description>> = {
  quickstart: {
    about: [
      'Starts a server of its own in a temporary folder, backs a folder up, copies the recovery ' +
        'point to a vault in another Region, takes the source away, restores from the copy and ' +
        'compares byte for byte. Nothing of yours is changed.',
    ],
    examples: [
      { what: 'With a sample', command: 'copyhold quickstart' },
      { what: 'With a folder of yours', command: 'copyhold quickstart ~/Documents' },
    ],
  },
  dev: {
    about: [
      'Any signature is accepted and a 12-digit access key id names the account, so it is for ' +
        'development: it listens on this machine only. Ctrl-C ends it; jobs go on at the next start.',
    ],
    examples: [
      { what: 'A server that keeps what it has', command: 'copyhold dev --data ./copyhold-data' },
      {
        what: 'Have every command of this shell ask it',
        command: 'eval "$(copyhold env)"',
      },
    ],
  },
  env: {
    about: [
      'Prints the endpoint, the Region under both of its names, and a key that names the account. ' +
        'The AWS CLI, the SDKs and copyhold read them. Without them `copyhold backup` asks AWS ' +
        'itself, as `aws backup` does.',
    ],
    examples: [
      { what: 'In this shell', command: 'eval "$(copyhold env)"' },
      { what: 'In fish', command: 'copyhold env --shell fish | source' },
      { what: 'Take it back', command: 'eval "$(copyhold env --unset)"' },
    ],
  },
  version: {
    about: [
      '`copyhold --version` prints the line that tools made for the AWS CLI look for instead.',
    ],
    examples: [{ what: 'The version', command: 'copyhold version' }],
  },
  serve: {
    about: [
      'A server for production: signatures are verified, and only what the configuration declares ' +
        'exists: accounts, users, roles, Regions with their stores, what can be backed up. ' +
        'Every mistake in the configuration is told at once; the exit code is 253 then.',
    ],
    examples: [
      {
        what: 'A first configuration, and a server',
        command: 'copyhold init . && copyhold serve --config copyhold.yaml',
      },
      { what: 'Check it', command: 'copyhold serve --config copyhold.yaml --check' },
      { what: 'Have an editor know it', command: 'copyhold serve --schema > copyhold.schema.json' },
    ],
  },
  init: {
    about: [
      'Writes copyhold.yaml, a generated access key and an AWS profile, readable by you alone. ' +
        'Files that are there already stay as they are.',
    ],
    examples: [
      {
        what: 'In a folder of its own',
        command: 'copyhold init /etc/copyhold --account 111122223333',
      },
    ],
  },
  'resource add': {
    about: [
      'Only registered folders can be backed up. The command prints the ARN under which the folder is known from then on.',
    ],
    examples: [
      { what: 'A folder', command: 'copyhold resource add directory "$PWD/docs"' },
      {
        what: 'Its ARN in a variable',
        command: 'RESOURCE=$(copyhold resource add directory ./docs --output text)',
      },
    ],
  },
  'resource list': {
    about: [],
    examples: [{ what: 'Of one Region', command: 'copyhold resource list --region eu-west-1' }],
  },
  'resource remove': {
    about: ['The resource’s recovery points stay, and nothing in its folder is touched.'],
    examples: [{ what: 'Forget a resource', command: 'copyhold resource remove "$RESOURCE"' }],
  },
  'dev-clock': {
    about: [
      'Moves the one clock of a development server: lifecycles, expiry, lock dates and windows go ' +
        'by it, and what is due then happens at once. Leases, limits and short waits go by real ' +
        'time, so a jump breaks no job that runs.',
    ],
    examples: [
      { what: 'Three months later', command: 'copyhold dev-clock advance 90d' },
      { what: 'At a time', command: 'copyhold dev-clock set 2027-01-31T12:00:00Z' },
      { what: 'Real time again', command: 'copyhold dev-clock reset' },
    ],
  },
  'dev-fault': {
    about: [
      'A job that is struck ends FAILED with AWS’s StatusMessage and MessageCategory, as if it had ' +
        'happened. The names are those of `copyhold explain --list`. An expiry that is struck makes ' +
        'its recovery point EXPIRED; trouble has a job try again later, slow makes it wait.',
    ],
    examples: [
      {
        what: 'The next copy into a vault fails',
        command: 'copyhold dev-fault raise destination-policy --match vault=offsite --times 1',
      },
      { what: 'What can be raised', command: 'copyhold dev-fault list --names' },
      { what: 'Nothing any more', command: 'copyhold dev-fault clear' },
    ],
  },
  limits: {
    about: [
      'Limits hold at once, also for jobs that run, and outlive the server. A rate is bytes a second ' +
        'put into vaults: 50MB/s, 1.5GB/s, 512KiB/s. A limit that is not named stays; none removes ' +
        'one. A job that waits because of a limit says so in its progress. Without options it only ' +
        'shows them, in bytes a second.',
      'With `copyhold serve`, what holds for all jobs is set by the management account of the ' +
        'organization alone; --vault is set by each account for its own vaults, and only these are ' +
        'shown to it.',
    ],
    examples: [
      { what: 'Leave the line to others', command: 'copyhold limits --process 50MB/s --copies 4' },
      { what: 'One vault', command: 'copyhold limits --vault offsite=10MB/s' },
      { what: 'No limit any more', command: 'copyhold limits --process none' },
      { what: 'Sweeps only delete', command: 'copyhold limits --compaction 0B' },
    ],
  },
  'admin adopt-store': {
    about: [
      'A store says in a record at its root which catalog it belongs to; another catalog, a copy of ' +
        'a catalog, and one restored from a backup do not use it. This makes it belong to the ' +
        'catalog that is named, and says before what it would do. Stop the server that had the ' +
        'store first; one that runs on elsewhere stops using it when it looks next.',
    ],
    examples: [
      {
        what: 'What would be done',
        command: 'copyhold admin adopt-store --config copyhold.yaml --region eu-west-1',
      },
      {
        what: 'Do it',
        command: 'copyhold admin adopt-store --config copyhold.yaml --region eu-west-1 --yes',
      },
    ],
  },
  'vault point': {
    about: [
      'What lifecycle, lock and running jobs come to: the moment at which the service deletes the ' +
        'recovery point, or why it never does by itself.',
    ],
    examples: [{ what: 'One of a vault', command: 'copyhold vault point daily "$POINT"' }],
  },
  'vault settings': {
    about: [
      'How copies come into the vault: verbatim moves packs as they are, so the copy shares its ' +
        'data keys with its source; reencrypt puts them under new ones, which costs time and keeps ' +
        'who knows the source’s keys from reading the copy. By default copies within an account ' +
        'are verbatim and copies from other accounts are re-encrypted. It holds for copies asked ' +
        'for from now on. Without options it only shows what is set; null is the default.',
    ],
    examples: [
      {
        what: 'Keys of its own',
        command: 'copyhold vault settings offsite --copy-mode reencrypt',
      },
    ],
  },
  'vault sweep': {
    about: [
      'Deletes from the vault’s store what no recovery point needs any more. Copies and backups may ' +
        'run at the same time.',
    ],
    examples: [{ what: 'Free what can be freed', command: 'copyhold vault sweep daily' }],
  },
  'vault rotate-key': {
    about: [
      'Draws the vault’s next key. From now on it seals what is written to the vault; ' +
        'recovery points and packs that are there are not touched and open as before. Without ' +
        '--key-arn the new key is wrapped under the same key of the key service. With it, earlier ' +
        'versions are wrapped again too, so that the previous key is not needed any more.',
      'It does not help against somebody who has the previous key: they can still read what was ' +
        'sealed under it.',
    ],
    examples: [
      { what: 'The next key', command: 'copyhold vault rotate-key daily' },
      {
        what: 'Away from a key that is to be deleted',
        command:
          'copyhold vault rotate-key daily --key-arn ' +
          'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      },
    ],
  },
  'vault verify': {
    about: [
      'Reads every pack of the vault and compares it with its name, opens the manifest of every ' +
        'recovery point, and keeps the result with the points. A damaged pack is made whole from ' +
        'any vault of the account that has it; one that no vault can give is marked, and its ' +
        'recovery points are told.',
      'The exit code is 0 when all is whole, 3 when damage was found (also when all of it was ' +
        'repaired), 4 when the verification itself failed.',
    ],
    examples: [
      { what: 'The whole vault', command: 'copyhold vault verify daily' },
      { what: 'One pack in twenty', command: 'copyhold vault verify daily --sample 5' },
    ],
  },
  'vault compare': {
    about: [
      'Says which recovery points of the first vault have no copy in the second, and which packs ' +
        'and bytes the second lacks. Only reads. The exit code is 0 when it lacks nothing, else 3.',
    ],
    examples: [
      {
        what: 'Across Regions',
        command:
          'copyhold vault compare daily ' +
          'arn:aws:backup:us-east-2:123456789012:backup-vault:offsite',
      },
    ],
  },
  'vault rebuild-catalog': {
    about: [
      'For when catalog.db is lost: reads every vault in the stores of a data folder, with the ' +
        'keys in its keyring, and makes a new catalog. Vaults, recovery points, lifecycles and ' +
        'tags come back as they were; deleted recovery points stay deleted. Jobs and their ' +
        'history do not come back. No server may run on the folder. It may be run again.',
      'The exit code is 0 when everything came back, 3 when something is damaged, missing or ' +
        'unreadable: that is listed, and left as it is.',
    ],
    examples: [
      { what: 'Of one folder', command: 'copyhold vault rebuild-catalog --data ./copyhold-data' },
    ],
  },
  wait: {
    about: [
      'The exit code says how the job ended: 0 COMPLETED, 3 PARTIAL or a backup that could not read ' +
        'some files, 4 FAILED or stopped, 5 the time ran out, 6 a restore that could not write some ' +
        'entries. Ctrl-C ends the waiting, not the job.',
    ],
    examples: [
      {
        what: 'At most ten minutes',
        command: 'copyhold wait copy-job-completed --copy-job-id "$JOB" --wait-timeout 600',
      },
    ],
  },
  watch: {
    about: ['Without jobs, all copies of the Region that have not ended.'],
    examples: [{ what: 'All running copies', command: 'copyhold watch' }],
  },
  explain: {
    about: [
      'Says what a job waits for or failed for, what that means, and what helps: the statement a ' +
        'policy lacks, the days a lifecycle may have. Only reads.',
    ],
    examples: [
      { what: 'A job', command: 'copyhold explain "$JOB"' },
      { what: 'A message', command: "copyhold explain 'Access Denied trying to call AWS Backup'" },
      { what: 'Everything it knows', command: 'copyhold explain --list' },
    ],
  },
  preflight: {
    about: [
      'Checks what start-copy-job and the copy itself will check, and says when the copy would be ' +
        'deleted, and why then. Only reads. The exit code is not 0 when the copy would fail.',
    ],
    examples: [
      {
        what: 'The arguments are those of start-copy-job',
        command: [
          'copyhold preflight --recovery-point-arn "$POINT" \\',
          '  --source-backup-vault-name daily \\',
          `  --destination-backup-vault-arn ${ARN} \\`,
          '  --iam-role-arn arn:aws:iam::123456789012:role/backup',
        ].join('\n'),
      },
    ],
  },
  copy: {
    about: [
      'Copies the recovery points of a vault that the options choose, a few at a time, and ends with ' +
        'what was copied, what was there already, and what was refused. It may be repeated: what ' +
        'has been copied is not copied twice.',
    ],
    examples: [
      {
        what: 'The newest of each file system, where it is missing',
        command: [
          `copyhold copy --from daily --to ${ARN} \\`,
          '  --resource-type EFS --newest-per-resource 1 --missing-only',
        ].join('\n'),
      },
      { what: 'See first what would be done', command: 'copyhold copy … --dry-run' },
    ],
  },
  completion: {
    about: [
      'Prints a script that completes commands, operations, options, values, profiles and Regions. ' +
        'It asks no server.',
    ],
    examples: [
      { what: 'bash, in ~/.bashrc', command: 'source <(copyhold completion bash)' },
      { what: 'zsh, in ~/.zshrc after compinit', command: 'source <(copyhold completion zsh)' },
      {
        what: 'fish, once',
        command: 'copyhold completion fish > ~/.config/fish/completions/copyhold.fish',
      },
    ],
  },
}
