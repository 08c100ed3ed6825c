// What the options mean that every command line of `backup` takes, and those that no member of an
// input stands behind.

/** Options of every command, by name without dashes. */
export const GLOBAL_MEANINGS: Readonly<Record<string, string>> = {
  debug: 'Show on standard error what is done, step by step.',
  'endpoint-url': 'The server to ask instead of AWS, such as http://127.0.0.1:8750.',
  'no-verify-ssl': 'Accept any certificate. Anybody on the way could then read and change all.',
  'no-paginate': 'Fetch one page only.',
  output: 'How the answer is printed; `off` prints nothing.',
  query: 'A JMESPath expression that picks from the answer what is printed.',
  profile: 'The profile of ~/.aws/config and ~/.aws/credentials to use.',
  region: 'The Region; else AWS_REGION, AWS_DEFAULT_REGION, the profile.',
  version: 'Print the version and end.',
  color: 'Whether tables are coloured; `auto` does so on a terminal.',
  'no-sign-request': 'Send the request without a signature.',
  'ca-bundle': 'A file of certificates to trust.',
  'cli-read-timeout': 'Seconds of silence after which an answer is given up; 0 for never.',
  'cli-connect-timeout': 'Seconds after which connecting is given up; 0 for never.',
  'cli-binary-format': 'How binary values are written: as base64, or as they are.',
  'no-cli-pager': 'Print straight to the terminal, through no pager.',
  'cli-auto-prompt': 'Ask for what is missing; see `copyhold help` under Questions.',
  'no-cli-auto-prompt': 'Ask nothing, whatever the configuration says.',
  'cli-error-format': 'How an error is printed.',
}

/** Options of operations that are not members of the input, by name without dashes. */
export const EXTRA_MEANINGS: Readonly<Record<string, string>> = {
  'starting-token': 'Where to go on, from the NextToken an earlier command printed.',
  'page-size': 'How many to ask for in one request. The result is the same.',
  'max-items': 'Print at most this many; a NextToken says where to go on.',
  'cli-input-json': 'All arguments as JSON, inline or file://; options given as well win.',
  'cli-input-yaml': 'All arguments as YAML, inline or file://; options given as well win.',
  'generate-cli-skeleton':
    'Print what to fill in for --cli-input-json or --cli-input-yaml, or with `output` what an ' +
    'answer looks like, and do nothing else.',
  wait:
    'Follow the job to its end: 0 it COMPLETED, 3 it is PARTIAL or a backup that could not read some ' +
    'files, 4 it FAILED, 5 --wait-timeout ran out, 6 a restore that could not write some entries. ' +
    'Ctrl-C leaves the job running.',
  'wait-timeout': 'With --wait: stop waiting after this many seconds. The job goes on.',
  progress: 'With --wait: how progress is told; `json` prints one message a line.',
}
