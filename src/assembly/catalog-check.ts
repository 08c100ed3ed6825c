// Whether a catalog belongs to the stores it finds. A server that took an empty or an old catalog
// for the truth would sweep away what it does not know of, so it does not begin.

import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Catalog } from '../catalog/index.ts'
import { facts, rebuilding } from '../catalog/index.ts'
import { factObject } from '../vault/index.ts'
import type { DataFolder } from './data-folder.ts'
import { mustColdRoot, regionsOf, storeRoot } from './data-folder.ts'

/** The catalog is not that of the stores: only a person can say what happened to it. */
export class CatalogForeign extends Error {
  constructor(what: string, data: DataFolder) {
    super(
      `${what}. Nothing was changed. If the catalog is lost, make a new one out of the stores: ` +
        `copyhold vault rebuild-catalog --data ${quoted(data.folder)}`,
    )
    this.name = 'CatalogForeign'
  }
}

/** Throws CatalogForeign when there are vaults and no catalog: none must be made then. */
export function checkCatalogFile(data: DataFolder): void {
  if (!existsSync(data.catalogFile)) checkNoVaults(data, 'no catalog')
}

/** Throws CatalogForeign unless the catalog can be that of the stores. */
export async function checkCatalog(catalog: Catalog, data: DataFolder): Promise<void> {
  if (await catalog.read((tx) => rebuilding.isBlank(tx))) checkNoVaults(data, 'an empty catalog')
  for (let after = 0; ; ) {
    const vaults = await catalog.read((tx) => facts.nextNumbers(tx, after))
    for (const { no, id, region, isCold, number } of vaults) {
      after = no
      const root = isCold ? mustColdRoot(data, region) : storeRoot(data, region)
      const unexpected = path.join(root, factObject(id, number))
      if (!existsSync(unexpected)) continue
      throw new CatalogForeign(
        `The catalog in ${data.folder} is older than its stores (${unexpected} is not in it)`,
        data,
      )
    }
    if (vaults.length === 0) return
  }
}

function checkNoVaults(data: DataFolder, instead: string): void {
  const vault = someVault(data)
  if (vault === undefined) return
  const what = `There is ${instead} in ${data.folder}, but its stores hold vaults (${vault})`
  throw new CatalogForeign(what, data)
}

function someVault(data: DataFolder): string | undefined {
  for (const region of regionsOf(data)) {
    const root = storeRoot(data, region)
    if (!existsSync(root)) continue
    const vault = readdirSync(root).find((name) => /^[0-9a-f]{32}$/.test(name))
    if (vault !== undefined) return path.join(root, vault)
  }
  return undefined
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
