// Resources that can be backed up.
import type { AccountId, RegionName } from '../model/index.ts'
import type { Listed, Page } from './page.ts'
import type { ResourceRow } from './rows.ts'
import type { ReadTx, Tx } from './transaction.ts'

const notYet = (..._: unknown[]): never => {
  throw new Error('not yet')
}
interface Place {
  readonly account: AccountId
  readonly region: RegionName
}
/** Adds the resource; false (and nothing changed) when its place has one of that path. */
export async function add(tx: Tx, row: ResourceRow): Promise<boolean> {
  return notYet(tx, row)
}
/** The resource of that ARN. */
export async function byArn(tx: ReadTx, arn: string): Promise<ResourceRow | undefined> {
  return notYet(tx, arn)
}
/** The resource made of that path. */
export async function byPath(
  tx: ReadTx,
  at: Place & { readonly path: string },
): Promise<ResourceRow | undefined> {
  return notYet(tx, at)
}
/** Resources, newest first. */
export async function list(
  tx: ReadTx,
  at: Place & { readonly page: Page },
): Promise<Listed<ResourceRow>> {
  return notYet(tx, at)
}
/** Forgets it; its recovery points stay. False when there was none. */
export async function remove(tx: Tx, arn: string): Promise<boolean> {
  return notYet(tx, arn)
}
