// A configuration is used only when all of it is right, and every mistake is told with its place,
// its line and what would be right.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseAccountId, parseRegionName } from '../model/index.ts'
import {
  type Configuration,
  ConfigurationInvalid,
  configurationJsonSchema,
  firstConfiguration,
  firstKey,
  identitiesOf,
  NotReadable,
  readConfiguration,
  type Surrounding,
} from './index.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const EXAMPLE = readFileSync(new URL('../../examples/copyhold.yaml', import.meta.url), 'utf8')

const AROUND: Surrounding = {
  path: '/etc/copyhold/copyhold.yaml',
  file: (name) => {
    if (!/^secrets\/(operator|keeper)$/.test(name))
      throw new NotReadable(`there is no file ${name}`)
    return `${SECRET}\n`
  },
  publicFile: (name) => {
    throw new NotReadable(`there is no file ${name}`)
  },
  variable: () => undefined,
}

function read(text: string, around: Partial<Surrounding> = {}): Configuration {
  return readConfiguration(text, { ...AROUND, ...around })
}

/** The example with one text put in another's place, which must be there. */
function changed(from: string, to: string): string {
  assert.ok(EXAMPLE.includes(from), `the example has no ${from}`)
  return EXAMPLE.replace(from, to)
}

function mistakesOf(text: string, around: Partial<Surrounding> = {}): string[] {
  try {
    read(text, around)
  } catch (error) {
    assert.ok(error instanceof ConfigurationInvalid, String(error))
    assert.ok(!error.message.includes(SECRET), 'a secret must not be told')
    const [first, ...rest] = error.message.split('\n')
    assert.match(
      first ?? '',
      /^there (is a mistake|are \d+ mistakes) in \/etc\/copyhold\/copyhold.yaml:$/,
    )
    return rest.map((line) => line.trim())
  }
  return assert.fail('it was accepted')
}

test('the example is a configuration, its paths counted from its folder', () => {
  const configuration = read(EXAMPLE)
  const { coldStores } = configuration
  const { data, keyring, listen, stores, restoreRoots, resources, limits, quotas } = configuration
  assert.equal(data, '/etc/copyhold/data')
  assert.equal(keyring, '/etc/copyhold/keys')
  assert.deepEqual(listen, { host: '127.0.0.1', port: 8750, hostNames: [], trustedProxies: [] })
  assert.equal(stores[parseRegionName('eu-west-1')], '/etc/copyhold/stores/ireland')
  assert.deepEqual(coldStores, { 'eu-west-1': '/etc/copyhold/cold/ireland' })
  assert.deepEqual(restoreRoots, ['/etc/copyhold/restores'])
  assert.deepEqual(
    resources.map(({ path, name, region }) => [path, name, region]),
    [['/etc/docs', 'docs', 'eu-central-1']],
  )
  assert.deepEqual(limits, { vaults: {}, process: 200_000_000, copies: 4 })
  assert.equal(quotas.copiesPerRegion, 20)
  assert.equal(quotas.vaultsPerRegion, 300)
})

test('the identities are those that are declared', () => {
  const identities = identitiesOf(read(EXAMPLE).identities)
  const key = identities.accessKey('AKIACOPYHOLDEXAMPLE1')
  assert.equal(key?.secret, SECRET)
  assert.equal(key?.principal.arn, 'arn:aws:iam::111111111111:user/operator')
  assert.equal(identities.accessKey('AKIACOPYHOLDEXAMPLE3'), undefined)
  const role = 'arn:aws:iam::111111111111:role/service-role/AWSBackupDefaultServiceRole'
  assert.equal(identities.role(role)?.trust.statements.length, 1)
  assert.equal(identities.role(role.replace('1111', '2222')), undefined)
  const organization = (id: string) => identities.organization(parseAccountId(id))
  assert.equal(organization('111111111111')?.path, 'o-a1b2c3d4e5/r-ab12/')
  assert.equal(organization('222222222222')?.path, 'o-a1b2c3d4e5/r-ab12/ou-ab12-backups00/')
  assert.equal(organization('333333333333'), undefined)
})

test('JSON is read as YAML is', () => {
  const file = {
    data: '/data',
    regions: [{ name: 'eu-west-1', store: '/store' }],
    accounts: [{ id: '111111111111', rootAccessKeys: [key('AKIACOPYHOLDEXAMPLE1')] }],
  }
  const { data, keyring, quotas } = read(JSON.stringify(file))
  assert.deepEqual([data, keyring], ['/data', '/data/keys'])
  assert.equal(quotas.jobsPerResource, 1)
})

function key(id: string) {
  return { id, secretFrom: { file: 'secrets/operator' } }
}

test('every mistake of shape is told at once, with its line and what would be right', () => {
  const text = [
    'data: 7',
    'lissen: { port: 1 }',
    'regions: []',
    'accounts:',
    '  - id: 111111111111',
    '    users:',
    '      - name: operator',
    '        acessKeys: []',
    '        policies: all',
    '      - path: users',
    'log: loud',
  ].join('\n')
  assert.deepEqual(mistakesOf(text), [
    'line 1: data: it must be the folder of the catalog; relative paths count from this file, and not 7',
    'line 2: lissen: there is no such member; did you mean listen?',
    'line 3: regions: it must be the Regions, at least one, and not empty',
    'line 5: accounts[0].id: it must be an account id: 12 digits in quotation marks, and not 111111111111',
    'line 8: accounts[0].users[0].acessKeys: there is no such member; did you mean accessKeys?',
    'line 9: accounts[0].users[0].policies: it must be what it may do: policy documents, and not "all"',
    'line 10: accounts[0].users[1].name: it is missing; it must be the name of a user: up to 64 letters, digits and +=,.@_-',
    'line 10: accounts[0].users[1].path: it must be a path that begins and ends with a slash, and not "users"',
    'line 11: log: it must be info, warn, error or silent, and not "loud"',
  ])
})

test('what is no YAML is told with its line, and a member given twice is none', () => {
  assert.match(mistakesOf('data: [')[0] ?? '', /^line 1: /)
  assert.match(mistakesOf(`${EXAMPLE}\ndata: other`)[0] ?? '', /^line \d+: Map keys must be unique/)
})

test('a secret is never written in the configuration, nor told when it was', () => {
  const inline = changed(
    'secretFrom: { file: secrets/operator, create: true }',
    `secretFrom: ${SECRET}`,
  )
  assert.match(
    mistakesOf(inline)[0] ?? '',
    /secretFrom: it must be \{file: PATH\} or \{env: NAME\}/,
  )
  const named = changed('secretFrom: { file: secrets/operator, create: true }', `secret: ${SECRET}`)
  assert.match(
    mistakesOf(named).join('\n'),
    /secret: there is no such member; did you mean secretF/,
  )
})

test('secrets that cannot be read are told with what would be right', () => {
  const inTheEnvironment = changed(
    '{ file: secrets/keeper, create: true }',
    '{ env: COPYHOLD_KEEPER_SECRET }',
  )
  const [file = '', variable = ''] = mistakesOf(inTheEnvironment, {
    file: () => {
      throw new NotReadable('others may read it; run chmod 600 on it')
    },
    variable: () => undefined,
  })
  assert.match(
    file,
    /^line \d+: accounts\[0\].users\[0\].accessKeys\[0\].secretFrom: others may read/,
  )
  assert.match(variable, /the variable COPYHOLD_KEEPER_SECRET is not set; set it to the secret$/)
  assert.match(
    mistakesOf(EXAMPLE, { file: () => 'short' })[0] ?? '',
    /a secret is 16 to 4096 letters/,
  )
})

test('what is given twice or named and not there is told', () => {
  const twice = changed('"222222222222"', '"111111111111"')
  assert.match(
    mistakesOf(twice).join('\n'),
    /accounts\[1\].id: the account 111111111111 is given tw/,
  )
  const sameKey = changed('AKIACOPYHOLDEXAMPLE2', 'AKIACOPYHOLDEXAMPLE1')
  assert.match(mistakesOf(sameKey).join('\n'), /the access key AKIACOPYHOLDEXAMPLE1 is given twice/)
  const unit = changed('unit: ou-ab12-backups00', 'unit: ou-ab12-backups01')
  assert.match(
    mistakesOf(unit).join('\n'),
    /there is no unit ou-ab12-backups01; there are ou-ab12-ba/,
  )
  const region = changed('        region: eu-central-1', '        region: eu-north-1')
  assert.match(
    mistakesOf(region).join('\n'),
    /no Region eu-north-1; there are eu-central-1, eu-west-1/,
  )
  const manager = changed('managementAccount: "111111111111"', 'managementAccount: "333333333333"')
  assert.match(mistakesOf(manager).join('\n'), /333333333333 is not among accounts/)
  const nobody = EXAMPLE.replaceAll(/accessKeys:\n(.*\n)*?.*secretFrom: .*\n/g, 'accessKeys: []\n')
  assert.match(mistakesOf(nobody).join('\n'), /nobody has an access key/)
})

test('a unit that is within itself is told', () => {
  const circle = changed(
    '- id: ou-ab12-backups00',
    '- { id: ou-ab12-backups00, parent: ou-ab12-backups01 }\n' +
      '    - { id: ou-ab12-backups01, parent: ou-ab12-backups00 }',
  )
  assert.match(mistakesOf(circle).join('\n'), /units\[0\].parent: the unit is within itself/)
})

test('stores, catalog and keys keep out of each other’s folders', () => {
  const nested = changed('store: stores/ireland', 'store: stores/frankfurt/ireland')
  assert.match(
    mistakesOf(nested)[0] ?? '',
    /the store of eu-west-1 lies in the store of eu-central-1/,
  )
  const cold = changed('coldStore: cold/ireland', 'coldStore: stores/frankfurt/cold')
  assert.match(mistakesOf(cold)[0] ?? '', /the cold store of eu-west-1 lies in the store of/)
  const keys = changed('keyring: keys', 'keyring: stores/ireland/keys')
  assert.match(mistakesOf(keys)[0] ?? '', /the keyring lies in the store of eu-west-1/)
})

test('a policy that is wrong is told with its place in it', () => {
  const wrong = changed(
    'Effect: Allow, Action: ["backup:*", "copyhold:*"]',
    'Effect: Perhaps, Action: ["backup:*", "copyhold:*"]',
  )
  assert.match(
    mistakesOf(wrong)[0] ?? '',
    /^line \d+: accounts\[0\].users\[0\].policies\[0\]: Statement\[0\].Effect/,
  )
})

test('beyond loopback there must be TLS, a proxy, or a plain word for it', () => {
  const open = (more: string) => changed('host: 127.0.0.1', `host: 0.0.0.0\n${more}`)
  assert.match(
    mistakesOf(open(''))[0] ?? '',
    /0.0.0.0 is not loopback: give listen.tls or listen.be/,
  )
  assert.equal(read(open('  allowInsecureBind: true')).listen.host, '0.0.0.0')
  const proxied = read(open('  behindProxy: { trusted: [10.0.0.2] }'))
  assert.deepEqual(proxied.listen.trustedProxies, ['10.0.0.2'])
  const tls = open('  tls: { certificate: chain.pem, key: key.pem }')
  assert.match(mistakesOf(tls).join('\n'), /tls.certificate: there is no file chain.pem/)
  const pem = {
    file: (name: string) => (name === 'key.pem' ? '-----BEGIN KEY' : SECRET),
    publicFile: () => '-----BEGIN CERT',
  }
  assert.equal(read(tls, pem).listen.tls?.certificate, '-----BEGIN CERT')
})

test('a first configuration is right, and its key is made of all its randomness', () => {
  const zero = firstKey({ id: new Uint8Array(16), secret: new Uint8Array(30) })
  const other = firstKey({ id: new Uint8Array(16).fill(7), secret: new Uint8Array(30).fill(7) })
  assert.match(other.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
  assert.equal(other.secret.length, 40)
  assert.notEqual(zero.secret, other.secret)
  const choice = { account: '123456789012', region: 'eu-central-1', ...zero }
  const { identities, stores } = read(firstConfiguration(choice))
  assert.equal(identities.accessKeys.get(zero.accessKeyId)?.principal.account, '123456789012')
  assert.deepEqual(Object.keys(stores), ['eu-central-1'])
})

test('the schema for editors is that of this program', () => {
  const file = new URL('../../docs/copyhold.schema.json', import.meta.url)
  const told = 'run: copyhold serve --schema > docs/copyhold.schema.json'
  assert.equal(readFileSync(file, 'utf8'), configurationJsonSchema(), told)
})
