// Goal: answers reach the user as they do from AWS's command line: through the pager page by page,
// in columns that fit, by aliases; and --debug tells no secret. Method: whole commands with a
// terminal and programs of the test's own. What the recorded cases cover is not repeated here.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StartProgram } from '../../world/index.ts'
import { runCli } from '../run.ts'
import { type CannedAnswer, fakeHost, withStub } from '../stub.suite.ts'
import { displayWidth } from './character-width.ts'
import { formatTable } from './output-table.ts'
import { formatText } from './output-text.ts'
import { formatYaml } from './output-yaml.ts'
import { PythonFloat, represent } from './python.ts'
import { quoteWord, splitWords } from './words.ts'

const PAGES: readonly CannedAnswer[] = [
  { json: { CopyJobs: [{ CopyJobId: 'a' }], NextToken: 't1' } },
  { json: { CopyJobs: [{ CopyJobId: 'b' }] } },
]
const LIST = ['backup', 'list-copy-jobs']

/** Programs that do nothing but note what they were told. */
function notedPrograms(code = 0) {
  const started: { command: readonly string[]; env: Record<string, string>; read: string[] }[] = []
  const startProgram: StartProgram = async (command, { env }) => {
    const program = { command, env, read: [] as string[] }
    started.push(program)
    return {
      write: (text) => void program.read.push(text),
      end: async () => ({ code, out: '', err: '' }),
    }
  }
  return { started, startProgram }
}

async function run(
  argv: readonly string[],
  given: Parameters<typeof fakeHost>[0] = {},
  answers = PAGES,
) {
  return await withStub(answers, async (stub) => {
    const variables = { AWS_ENDPOINT_URL: stub.url, ...given.variables }
    const host = fakeHost({ ...given, variables })
    const code = await runCli(argv, host)
    return { code, ...host.printed, requests: stub.requests }
  })
}

test('the pager is handed each page as it comes; the default is less, told to quit early', async () => {
  const programs = notedPrograms()
  const terminal = { outIsTerminal: true, startProgram: programs.startProgram }
  const { code, out } = await run([...LIST, '--output', 'text'], terminal)
  assert.deepEqual([code, out], [0, ''])
  const [pager] = programs.started
  assert.deepEqual(pager?.command, ['less'])
  assert.equal(pager?.env.LESS, 'FRX')
  assert.deepEqual(pager?.read, ['COPYJOBS\ta\n', 'COPYJOBS\tb\n'])
})

test('nothing is paged away from a terminal, on request, or with a pager set to nothing', async () => {
  const programs = notedPrograms()
  const { startProgram } = programs
  const terminal = { outIsTerminal: true, startProgram }
  await run(LIST, { startProgram })
  await run([...LIST, '--no-cli-pager'], terminal)
  await run(LIST, { ...terminal, variables: { AWS_PAGER: '', PAGER: 'more' } })
  const config = { '/home/nobody/.aws/config': '[default]\ncli_pager =\n' }
  await run(LIST, { ...terminal, files: config, variables: { PAGER: 'more' } })
  assert.equal(programs.started.length, 0)
})

test('a pager that does not start ends the command with 253; how it ends is no matter', async () => {
  const missing = Object.assign(new Error('spawn'), { code: 'ENOENT' })
  const { code, err } = await run(LIST, {
    outIsTerminal: true,
    variables: { AWS_PAGER: 'no-such --option' },
    startProgram: () => Promise.reject(missing),
  })
  assert.equal(code, 253)
  assert.match(err, /An error occurred \(Pager\): Unable to redirect output to pager\./)
  assert.match(err, /\[Errno 2\] No such file or directory: 'no-such'\n/)
  const failing = { outIsTerminal: true, startProgram: notedPrograms(1).startProgram }
  assert.equal((await run(LIST, failing)).code, 0)
})

test('an error on a later page comes after the pages before it', async () => {
  const answers = [PAGES[0] as CannedAnswer, { status: 400, json: { message: 'no' } }]
  const text = await run([...LIST, '--output', 'text'], {}, answers)
  assert.deepEqual([text.code, text.out], [254, 'COPYJOBS\ta\n'])
  const json = await run(LIST, {}, answers)
  assert.deepEqual([json.code, json.out], [254, ''])
})

test('with output off every page is asked for and nothing printed', async () => {
  const { code, out, requests } = await run([...LIST, '--output', 'off'])
  assert.deepEqual([code, out, requests.length], [0, '', 2])
})

test('aliases may nest, set options, stand for a line of the shell or hide an operation', async () => {
  const alias = [
    '[toplevel]',
    'jobs = backup lcj',
    'shell = !echo "$@"',
    'broken = backup "list',
    'loud = --debug backup list-copy-jobs',
    '[command backup]',
    'lcj = list-copy-jobs --query CopyJobs[].CopyJobId --output text',
    'list-copy-jobs = list-copy-jobs --output yaml',
  ]
  const programs = notedPrograms(7)
  const given = {
    files: { '/home/nobody/.aws/cli/alias': `${alias.join('\n')}\n` },
    startProgram: programs.startProgram,
  }
  assert.equal((await run(['jobs'], given)).out, 'a\nb\n')
  assert.equal((await run(LIST, given)).out, 'CopyJobs:\n- CopyJobId: a\n- CopyJobId: b\n')
  assert.equal((await run(['shell', 'a b', "it's"], given)).code, 7)
  const line = `echo "$@" 'a b' 'it'"'"'s'`
  assert.deepEqual(programs.started[0]?.command, ['/bin/sh', '-c', line])
  const broken = await run(['broken'], given)
  assert.match(
    broken.err,
    /alias "broken" could not be parsed\. Received error: No closing quotation/,
  )
  assert.equal(broken.code, 255)
  const loud = await run(['loud'], given)
  assert.match(loud.err, /Global parameter "--debug" detected in alias "loud"/)
})

test('settings that have no meaning here are passed over', async () => {
  const config = '[default]\ncli_history = enabled\ncli_follow_urlparam = false\nmax_queue = x\n'
  const { code } = await run(LIST, { files: { '/home/nobody/.aws/config': config } })
  assert.equal(code, 0)
})

test('--debug tells requests, answers and how long they took, and no secret', async () => {
  const variables = { AWS_SECRET_ACCESS_KEY: 'hush', AWS_SESSION_TOKEN: 'whisper' }
  const { code, err, out } = await run([...LIST, '--debug'], { variables })
  assert.equal(code, 0)
  assert.equal(Object.keys(JSON.parse(out))[0], 'CopyJobs')
  assert.match(err, / - DEBUG - Sending http request: method=GET, url=http/)
  assert.match(err, /copy-jobs\/\?nextToken=t1 200 in \d+ ms\n/)
  assert.match(err, /Response headers: \{'content-type': 'application\/json'/)
  assert.match(err, /Credential=AKIDTEST\/\d+\/eu-west-1\/backup\/aws4_request/)
  assert.doesNotMatch(err, /hush|whisper|Signature=[0-9a-f]/)
})

test('wide, ambiguous and combining characters take the columns the reference gives them', () => {
  assert.equal(displayWidth('日本'), 4)
  assert.equal(displayWidth('±'), 2)
  assert.equal(displayWidth('e\u0301'), 3)
  assert.equal(displayWidth('😀'), 2)
  assert.equal(
    formatTable('T', { A: '日本', B: 'e\u0301' }),
    ['-----------------', '|       T       |', '+-------+-------+']
      .concat(['|   A   |   B   |', '+-------+-------+', '|  日本 |  e\u0301  |'])
      .concat(['+-------+-------+', ''])
      .join('\n'),
  )
})

test('text lists what is nested only where no record of the list has it as a scalar', () => {
  const list = [
    { a: 'x', b: 1 },
    { a: ['y'], c: { d: null } },
  ]
  assert.equal(formatText({ L: list }), "L\tx\t1\nL\t['y']\t\nC\tNone\n")
})

test('yaml folds long texts and quotes what would mean something else', () => {
  const words = `${'word '.repeat(20)}end`
  assert.equal(
    formatYaml({ k: words, n: '12', t: 'true', y: 'yes', f: new PythonFloat(2) }),
    `f: 2.0\nk: ${'word '.repeat(15)}word\n  word word word word end\nn: '12'\nt: 'true'\ny: yes\n`,
  )
  assert.equal(formatYaml(['a\n', 'b\t', 'c\u2028d']), "- 'a\n\n  '\n- \"b\\t\"\n- 'c\u2028  d'\n")
})

test('values are spelled as Python spells them', () => {
  const value = { a: "it's", b: [null, true, new PythonFloat(1e22)], c: '\u200b\xa0é\n' }
  const shown = `{'a': "it's", 'b': [None, True, 1e+22], 'c': '\\u200b\\xa0é\\n'}`
  assert.equal(represent(value), shown)
})

test('a line comes apart and together as in a shell', () => {
  assert.deepEqual(splitWords(`less -R "a \\"b\\" \\c" 'd\\' e\\ f ''`), [
    'less',
    '-R',
    'a "b" \\c',
    'd\\',
    'e f',
    '',
  ])
  for (const word of ['', 'a', 'a b', "it's", '$x', '"']) {
    assert.deepEqual(splitWords(quoteWord(word)), [word])
  }
})
