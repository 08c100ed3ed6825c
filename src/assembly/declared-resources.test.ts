// The catalog's resources become those that are declared: the same ids every time, none but these,
// and one that is known by its path keeps its id.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Catalog, openCatalog, resources } from '../catalog/index.ts'
import type { DeclaredResource } from '../config/index.ts'
import { parseAccountId, parseRegionName } from '../model/index.ts'
import { declareResources } from './declared-resources.ts'

const PLACE = { account: parseAccountId('111122223333'), region: parseRegionName('eu-west-1') }
const PAGE = { limit: 10 }

async function catalogFor(t: TestContext): Promise<Catalog> {
  const folder = mkdtempSync(path.join(tmpdir(), 'copyhold-declared-'))
  const catalog = await openCatalog({ file: path.join(folder, 'catalog.db') })
  t.after(async () => {
    await catalog.close()
    rmSync(folder, { recursive: true })
  })
  return catalog
}

function declared(folder: string, but: Partial<DeclaredResource> = {}): DeclaredResource {
  return { ...PLACE, path: folder, name: path.basename(folder), ...but }
}

async function told(catalog: Catalog, all: DeclaredResource[], now = 1000) {
  await declareResources(catalog, all, now)
  const { rows } = await catalog.read((tx) => resources.list(tx, { ...PLACE, page: PAGE }))
  return rows
    .map(({ arn, name, config, createdAt }) => ({ arn, name, path: config.path, createdAt }))
    .sort((one, other) => (one.path < other.path ? -1 : 1))
}

test('what is declared is there, the same after a repetition and in another catalog', async (t) => {
  const [one, other] = [await catalogFor(t), await catalogFor(t)]
  const all = [declared('/srv/a'), declared('/srv/b', { name: 'second' })]
  const first = await told(one, all)
  assert.deepEqual(
    first.map(({ name, path }) => [name, path]),
    [
      ['a', '/srv/a'],
      ['second', '/srv/b'],
    ],
  )
  assert.match(first[0]?.arn ?? '', /^arn:aws:elasticfilesystem:eu-west-1:1{4}2{4}3{4}:file-system/)
  assert.deepEqual(await told(one, all, 2000), first)
  assert.deepEqual(await told(other, all), first)
})

test('what is declared no more is gone, and a new name holds for the same resource', async (t) => {
  const catalog = await catalogFor(t)
  const [first] = await told(catalog, [declared('/srv/a'), declared('/srv/b')])
  const renamed = await told(catalog, [declared('/srv/a', { name: 'other' })], 2000)
  assert.deepEqual(renamed, [{ ...first, name: 'other' }])
  assert.deepEqual(await told(catalog, []), [])
})

test('a folder that was added by request keeps the id it has', async (t) => {
  const catalog = await catalogFor(t)
  const arn = 'arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-00000000000000001'
  await catalog.transaction((tx) =>
    resources.add(tx, {
      ...{ arn, ...PLACE, type: 'EFS', name: 'a', driver: 'directory' },
      ...{ config: { path: '/srv/a' }, createdAt: 5 },
    }),
  )
  const [kept] = await told(catalog, [declared('/srv/a')])
  assert.deepEqual([kept?.arn, kept?.createdAt], [arn, 5])
})

test('a folder that has moved is the same resource when its id is given', async (t) => {
  const catalog = await catalogFor(t)
  const [before] = await told(catalog, [declared('/srv/a')])
  const id = before?.arn.split('/')[1] ?? ''
  const [after] = await told(catalog, [declared('/mnt/a', { id })], 2000)
  assert.deepEqual(after, { ...before, path: '/mnt/a' })
})
