// Transactions as values: who holds a ReadTx may look, who holds a Tx may write. Neither works
// after its transaction has ended. Query functions open them with `queries`; no other room can.

import type { Transaction } from 'kysely'
import type { Schema } from './schema.ts'

/** A transaction was used after its end, or one was begun inside another. */
export class TransactionMisused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TransactionMisused'
  }
}

/** A consistent view of the catalog while its transaction lasts. */
export class ReadTx {
  #transaction: Transaction<Schema> | undefined

  constructor(transaction: Transaction<Schema>) {
    this.#transaction = transaction
  }

  /** After this, every use throws. */
  static end(tx: ReadTx): void {
    tx.#transaction = undefined
  }

  /** What runs queries; throws TransactionMisused after the end. */
  static open(tx: ReadTx): Transaction<Schema> {
    const transaction = tx.#transaction
    if (transaction === undefined) {
      throw new TransactionMisused('a transaction was used after its end')
    }
    return transaction
  }
}

/** The same, and changes made with it are kept together or not at all. */
export class Tx extends ReadTx {
  // Only its name tells it from a ReadTx at run time; this member tells them apart to the compiler.
  readonly writes = true
}

/** The queries of `tx`. */
export function queries(tx: ReadTx): Transaction<Schema> {
  return ReadTx.open(tx)
}
