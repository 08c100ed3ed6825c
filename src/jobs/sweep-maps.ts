// What a sweep does about a vault's maps: those that tell of no pack that is there go, and many
// small ones become one. Maps are short cuts, so a copy that reads them meanwhile loses at most
// some work.

import type { VaultRow } from '../catalog/index.ts'
import { packs } from '../catalog/index.ts'
import type { PackName } from '../model/index.ts'
import type { OpenVault, PackMap, PackMapping } from '../vault/index.ts'
import type { JobContext } from './context.ts'

/** Every copy reads them all: more than these are brought together. */
const MAPS_MAX = 32

/** Removes what maps need not tell any more. What stays is durable before anything goes. */
export async function tidyMaps(
  context: Pick<JobContext, 'catalog' | 'random'>,
  of: { readonly vault: VaultRow; readonly open: OpenVault; readonly signal: AbortSignal },
): Promise<void> {
  const { open, signal } = of
  const read = await open.maps.read(signal)
  if (read.maps.length === 0) return
  const there = await present(context, of.vault, mappingsOf(read.maps))
  const tellsNothing = ({ mappings }: PackMap) =>
    mappings.every((mapping) => whatIsThere(mapping, there).length === 0)
  await deleteAll(of, read.maps.filter(tellsNothing))
  const maps = read.maps.filter((map) => !tellsNothing(map))
  const told = mappingsOf(maps)
  const kept = distinct(told.flatMap((mapping) => whatIsThere(mapping, there)))
  // As many as will be there: to write them anew would free nothing.
  const isWorthIt = maps.length > MAPS_MAX || kept.length < told.length / 2
  if (!isWorthIt) return
  await open.maps.write(kept, context.random)
  await deleteAll(of, maps)
}

const mappingsOf = (maps: readonly PackMap[]) => maps.flatMap(({ mappings }) => mappings)

async function deleteAll(
  { open, signal }: { readonly open: OpenVault; readonly signal: AbortSignal },
  maps: readonly PackMap[],
): Promise<void> {
  for (const { object } of maps) {
    signal.throwIfAborted()
    await open.maps.delete(object)
  }
}

async function present(
  { catalog }: Pick<JobContext, 'catalog'>,
  vault: VaultRow,
  mappings: readonly PackMapping[],
): Promise<Set<PackName>> {
  const names = [...new Set(mappings.flatMap(({ to }) => to.map(({ name }) => name)))]
  return catalog.read((tx) => packs.known(tx, vault.id, names))
}

/** The mapping as far as its packs are there: of some of them it tells of some chunks. */
function whatIsThere(mapping: PackMapping, there: ReadonlySet<PackName>): PackMapping[] {
  const to = mapping.to.filter(({ name }) => there.has(name))
  if (to.length === 0) return []
  return [{ ...mapping, to, isWhole: mapping.isWhole && to.length === mapping.to.length }]
}

function distinct(mappings: readonly PackMapping[]): PackMapping[] {
  const keyOf = ({ from, isWhole, to }: PackMapping) => {
    return [from.name, isWhole, ...to.map(({ name }) => name)].join(' ')
  }
  return [...new Map(mappings.map((mapping) => [keyOf(mapping), mapping])).values()]
}
