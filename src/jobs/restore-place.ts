// Where an account's restores may write, as far as text can tell: below the folders that all
// accounts may write to, and below its own. What lies outside is refused in the same words whether
// anything is there or not, before the file system is asked. What another account restored, and
// what is another account's own, is named to the driver, which knows where a path really leads.

import path from 'node:path'
import type { ReadTx } from '../catalog/index.ts'
import { jobs } from '../catalog/index.ts'
import { OUTSIDE_ROOTS, type RestoreRoot, rootHolding } from '../drivers/index.ts'
import type { AccountId } from '../model/index.ts'
import { Answer } from '../model/index.ts'
import { TARGET_KEY } from './restore-metadata.ts'

/** The folders declared for restores. */
export interface RestoreRoots {
  readonly all: readonly RestoreRoot[]
  /** Those of one account alone. */
  readonly byAccount: Readonly<Record<AccountId, readonly RestoreRoot[]>>
}

/** What the driver is told of a restore's place. */
export interface RestorePlace {
  readonly target: string
  readonly roots: readonly RestoreRoot[]
  /** Folders of other accounts: the target may neither lie in them nor hold them. */
  readonly others: readonly string[]
}

/** Throws the Answer RestoreTargetInvalid. */
export async function placeOfRestore(
  tx: ReadTx,
  declared: RestoreRoots,
  restore: { readonly account: AccountId; readonly target: string },
): Promise<RestorePlace> {
  const { account, target } = restore
  const roots = rootsFor(declared, account)
  const ofOthers = Object.entries(declared.byAccount).flatMap(([owner, own]) =>
    owner === account ? [] : own,
  )
  // What is no path at all the driver says.
  const isPath = path.isAbsolute(target) && !target.includes('\0')
  if (isPath && (!rootHolding(roots, target) || rootHolding(ofOthers, target))) {
    throw new Answer({ code: 'RestoreTargetInvalid', path: target, reason: OUTSIDE_ROOTS })
  }
  const restored = await jobs.restoredByOthers(tx, account, TARGET_KEY)
  return { target, roots, others: [...ofOthers.map(({ real }) => real), ...restored] }
}

/** The folders that restores of `account` may write below. */
export const rootsFor = (
  { all, byAccount }: RestoreRoots,
  account: AccountId,
): readonly RestoreRoot[] => [...all, ...(byAccount[account] ?? [])]
