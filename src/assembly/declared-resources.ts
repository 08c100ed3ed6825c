// Makes the catalog's resources those that the configuration declares. Their ids come from account,
// Region and path, so that they are the same on every machine and after a lost catalog; one that
// the catalog knows already by its path keeps its id. Recovery points of others stay.

import { createHash } from 'node:crypto'
import type { Catalog, ResourceRow, Tx } from '../catalog/index.ts'
import { resources } from '../catalog/index.ts'
import type { DeclaredResource } from '../config/index.ts'
import { formatResourceArn } from '../model/index.ts'

const ID_DIGITS = 17

/** Repeating it changes nothing. */
export async function declareResources(
  catalog: Catalog,
  declared: readonly DeclaredResource[],
  nowMs: number,
): Promise<void> {
  const kept = new Set<string>()
  for (const resource of declared) {
    kept.add(await catalog.transaction((tx) => declare(tx, resource, nowMs)))
  }
  const all = await catalog.read((tx) => resources.arns(tx))
  for (const arn of all) {
    if (!kept.has(arn)) await catalog.transaction((tx) => resources.remove(tx, arn))
  }
}

/** The resource's ARN. */
async function declare(tx: Tx, resource: DeclaredResource, nowMs: number): Promise<string> {
  const { account, region, path, name } = resource
  const known = await resources.byPath(tx, { account, region, path })
  const id17hex = resource.id?.slice('fs-'.length) ?? (known ? undefined : idOf(resource))
  const arn = id17hex
    ? formatResourceArn({ type: 'EFS', region, account, id17hex })
    : (known?.arn ?? '')
  const same = await resources.byArn(tx, arn)
  if (same && same.config.path === path && same.name === name) return arn
  const row: ResourceRow = {
    arn,
    account,
    region,
    type: 'EFS',
    name,
    driver: 'directory',
    config: { path },
    createdAt: same?.createdAt ?? known?.createdAt ?? nowMs,
  }
  if (known) await resources.remove(tx, known.arn)
  if (same) await resources.remove(tx, arn)
  await resources.add(tx, row)
  return arn
}

function idOf({ account, region, path }: DeclaredResource): string {
  const hash = createHash('sha256').update(`copyhold resource ${account} ${region} ${path}`)
  return hash.digest('hex').slice(0, ID_DIGITS)
}
