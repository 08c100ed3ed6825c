// Tags of recovery points and vaults, by ARN.
import type { ReadTx, Tx } from './transaction.ts'

const notYet = (..._: unknown[]): never => {
  throw new Error('not yet')
}
/** The tags of the thing, in order of key. */
export async function of(tx: ReadTx, arn: string): Promise<Record<string, string>> {
  return notYet(tx, arn)
}
/** Adds and overwrites. */
export async function put(tx: Tx, arn: string, tags: Readonly<Record<string, string>>) {
  notYet(tx, arn, tags)
}
/** Removes keys; absent ones are fine. */
export async function remove(tx: Tx, arn: string, keys: readonly string[]): Promise<void> {
  notYet(tx, arn, keys)
}
/** Gives `to` the tags of `from` besides its own; `from`'s win. */
export async function copy(tx: Tx, ends: { readonly from: string; readonly to: string }) {
  notYet(tx, ends)
}
/** Removes all tags of the thing. */
export async function drop(tx: Tx, arn: string): Promise<void> {
  notYet(tx, arn)
}
