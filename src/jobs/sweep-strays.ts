// What a sweep does about packs in the store of which the catalog has no row: it remembers when it
// first saw them, and has those deleted that it has known for a day. Never one that a manifest in
// the vault names, whatever the catalog knows: then it is the catalog that is wrong.

import type { VaultRow } from '../catalog/index.ts'
import { packs } from '../catalog/index.ts'
import type { PackName } from '../model/index.ts'
import type { PackPlace } from '../vault/index.ts'
import { listPacks, listPoints, type OpenVault, packObject, VaultDamaged } from '../vault/index.ts'
import type { JobContext } from './context.ts'

/** Packs in the store that one sweep looks at; the next goes on behind them. */
const LOOKED_AT_MAX = 50_000
/** Packs looked at in one transaction. */
const LOOKED_AT_ONCE = 1000

interface Look {
  readonly context: Pick<JobContext, 'catalog' | 'clock' | 'log' | 'vaults'>
  readonly vault: VaultRow
  readonly open: OpenVault
  readonly signal: AbortSignal
}

/** Looks at some of the store, and marks what is to be deleted as being deleted. */
export async function findStrays(look: Look): Promise<void> {
  const { context, vault } = look
  const { catalog, clock } = context
  const place = { store: await context.vaults.storeOf(vault), vaultId: vault.id }
  await lookAtSome(look, place)
  const due = await catalog.read((tx) => packs.dueStrays(tx, vault.id, clock.now()))
  if (due.length === 0) return
  const unneeded = await withoutNamed(look, due)
  const found: { name: PackName; sizeBytes: number }[] = []
  for (const name of unneeded) {
    look.signal.throwIfAborted()
    // What is gone by itself is forgotten when its turn to be looked at comes again.
    const head = await place.store.head(packObject(vault.id, name))
    if (head) found.push({ name, sizeBytes: head.sizeBytes })
  }
  await catalog.transaction(async (tx) => {
    const of = { vaultId: vault.id, now: clock.now() }
    const needed = due.filter((name) => !unneeded.has(name))
    if (needed.length > 0) await packs.seeAgain(tx, { ...of, names: needed })
    if (found.length > 0) await packs.takeStrays(tx, { ...of, packs: found })
  })
}

async function lookAtSome({ context, vault, signal }: Look, place: PackPlace): Promise<void> {
  const { catalog, clock } = context
  let after = await catalog.read((tx) => packs.lookedUpTo(tx, vault.id))
  let names: PackName[] = []
  const note = async (isEnd: boolean) => {
    signal.throwIfAborted()
    const listed = { vaultId: vault.id, names, after, isEnd, now: clock.now() }
    await catalog.transaction((tx) => packs.noteListed(tx, listed))
    after = names.at(-1)
    names = []
  }
  let looked = 0
  for await (const name of listPacks(place, after)) {
    names.push(name)
    looked += 1
    if (names.length === LOOKED_AT_ONCE) await note(false)
    if (looked === LOOKED_AT_MAX) return
  }
  await note(true)
}

/** Those that no manifest in the vault names; none when a manifest cannot be read. */
async function withoutNamed(
  { context, vault, open, signal }: Look,
  names: readonly PackName[],
): Promise<Set<PackName>> {
  const left = new Set(names)
  for await (const id of listPoints(open)) {
    signal.throwIfAborted()
    try {
      for (const pack of (await open.readManifest(id)).packs) {
        if (!left.delete(pack.name)) continue
        context.log.warn({ vault: vault.id, point: id, pack: pack.name }, 'a pack has no row')
      }
    } catch (error) {
      if (!(error instanceof VaultDamaged)) throw error
      // A manifest that was deleted meanwhile needs nothing.
      if (error.missing) continue
      const told = { vault: vault.id, point: id, error: error.message }
      context.log.warn(told, 'what a manifest needs is unknown: no pack without a row is deleted')
      return new Set()
    }
  }
  return left
}
