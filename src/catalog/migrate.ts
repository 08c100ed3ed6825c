// Brings a catalog's tables to this program's version: numbered steps, only forward, each kept
// with its name. A catalog that knows a step this program does not is refused by that name.

import { type Kysely, sql } from 'kysely'
import { statements as begin } from './migrations/0001-begin.ts'
import { statements as verify } from './migrations/0002-verify.ts'
import { statements as facts } from './migrations/0003-facts.ts'
import { statements as copyMode } from './migrations/0004-copy-mode.ts'
import { statements as settings } from './migrations/0005-settings.ts'
import { statements as keysAndSnapshots } from './migrations/0006-keys-and-snapshots.ts'
import { statements as compaction } from './migrations/0007-compaction.ts'
import { statements as vaultPolicies } from './migrations/0008-vault-policies.ts'
import { statements as lifecycleAndLock } from './migrations/0009-lifecycle-and-lock.ts'
import { statements as faults } from './migrations/0010-faults.ts'
import { statements as strays } from './migrations/0011-strays.ts'
import { statements as coldStorage } from './migrations/0012-cold-storage.ts'
import { statements as stores } from './migrations/0013-stores.ts'
import { statements as keptRoom } from './migrations/0014-kept-room.ts'
import type { Schema } from './schema.ts'

/** One step; its place in the list is its number, from 1. */
export interface Migration {
  readonly name: string
  readonly statements: readonly string[]
}

/** Every step so far. Released ones never change; new ones are added at the end. */
export const migrations: readonly Migration[] = [
  { name: 'begin', statements: begin },
  { name: 'verify', statements: verify },
  { name: 'facts', statements: facts },
  { name: 'copy mode', statements: copyMode },
  { name: 'settings', statements: settings },
  { name: 'keys and snapshots', statements: keysAndSnapshots },
  { name: 'compaction', statements: compaction },
  { name: 'vault policies', statements: vaultPolicies },
  { name: 'lifecycle and lock', statements: lifecycleAndLock },
  { name: 'faults', statements: faults },
  { name: 'strays', statements: strays },
  { name: 'cold storage', statements: coldStorage },
  { name: 'stores', statements: stores },
  { name: 'kept room', statements: keptRoom },
]

/** The catalog was written by a newer Copyhold. */
export class CatalogTooNew extends Error {
  constructor(step: string) {
    super(`the catalog was made by a newer Copyhold: this one does not know its step ${step}`)
    this.name = 'CatalogTooNew'
  }
}

/** Runs the missing steps in one transaction, which another connection's run waits for. */
export async function migrate(
  db: Kysely<Schema>,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`create table if not exists migration (
      number integer primary key,
      name text not null
    )`.execute(transaction)
    const done = await transaction.selectFrom('migration').selectAll().orderBy('number').execute()
    for (const { number, name } of done) {
      if (steps[number - 1]?.name !== name) throw new CatalogTooNew(`${number} (${name})`)
    }
    for (const [index, step] of steps.entries()) {
      if (index < done.length) continue
      for (const statement of step.statements) await sql.raw(statement).execute(transaction)
      await transaction
        .insertInto('migration')
        .values({ number: index + 1, name: step.name })
        .execute()
    }
  })
}
