// Permits to delete. Whatever deletes a recovery point, a vault or a whole server demands one in
// its signature, and only here, by the rule of the lock, can one be made: code that has not asked
// the lock cannot be written. A permit is for what it names and for nothing else.

import type { Failure } from './failure.ts'
import { coldPartOf, type PointId, type VaultId } from './ids.ts'
import { isInForce, keptByLock, type LockedPoint, type VaultLock } from './vault-lock.ts'

/** Permission to delete one recovery point. */
export class DeletionPermit {
  readonly #pointId: PointId

  private constructor(pointId: PointId) {
    this.#pointId = pointId
  }

  get pointId(): PointId {
    return this.#pointId
  }

  /** Of a recovery point of a vault with this lock, or none. A Failure says what keeps it. */
  static ofPoint(
    point: LockedPoint & { readonly id: PointId },
    vault: { readonly lock?: VaultLock | undefined; readonly now: number },
  ): DeletionPermit | Failure {
    return keptByLock(point, vault.lock, vault.now) ?? new DeletionPermit(point.id)
  }

  /** Of one whose deletion was permitted before: it is called DELETING, which takes a permit. */
  static ofMarked(point: { readonly id: PointId; readonly status: 'DELETING' }): DeletionPermit {
    return new DeletionPermit(point.id)
  }

  /** Of one that its vault's own facts tell deleted: what is left of it is only left over. */
  static ofToldDeleted(deleted: ReadonlySet<PointId>, id: PointId): DeletionPermit | undefined {
    return deleted.has(id) ? new DeletionPermit(id) : undefined
  }

  /** Of what a point has in the part of its vault where it does not live: its move left it. */
  static ofElsewhere(
    point: {
      readonly id: PointId
      readonly vaultId: VaultId
      readonly storageClass: 'WARM' | 'COLD'
    },
    part: VaultId,
  ): DeletionPermit | undefined {
    const { vaultId, storageClass } = point
    const itsPart = storageClass === 'COLD' ? coldPartOf(vaultId) : vaultId
    return itsPart === part ? undefined : new DeletionPermit(point.id)
  }

  /** Of a manifest whose job ended without a recovery point: there is none to keep. */
  static ofNoPoint(id: PointId, isKnown: boolean): DeletionPermit | undefined {
    return isKnown ? undefined : new DeletionPermit(id)
  }
}

/** Permission to delete one vault with everything in it: there is nothing to keep in it. */
export class VaultDeletionPermit {
  readonly #vaultId: VaultId

  private constructor(vaultId: VaultId) {
    this.#vaultId = vaultId
  }

  get vaultId(): VaultId {
    return this.#vaultId
  }

  /** Of a vault without recovery points, locked or not. */
  static ofEmpty(vault: {
    readonly id: VaultId
    readonly name: string
    readonly points: number
  }): VaultDeletionPermit | Failure {
    if (vault.points > 0) return { code: 'BackupVaultNotEmpty', name: vault.name }
    return new VaultDeletionPermit(vault.id)
  }

  /** Of one that its own facts tell deleted, which they do only of an empty one. */
  static ofToldDeleted(
    id: VaultId,
    told: { readonly isDeleted: boolean },
  ): VaultDeletionPermit | undefined {
    return told.isDeleted ? new VaultDeletionPermit(id) : undefined
  }
}

/** Permission to empty a whole development server. */
export class ResetPermit {
  readonly #isGiven = true

  private constructor() {}

  get isGiven(): true {
    return this.#isGiven
  }

  /**
   * Of a server whose folder goes with it; of one whose folder is kept only while no vault with
   * recovery points has a lock in force.
   */
  static of(server: {
    readonly isKept: boolean
    readonly locked: readonly { readonly name: string; readonly lock: VaultLock }[]
    readonly now: number
  }): ResetPermit | Failure {
    const { isKept, locked, now } = server
    const held = isKept ? locked.find(({ lock }) => isInForce(lock, now)) : undefined
    if (!held) return new ResetPermit()
    const since = new Date(held.lock.lockDate ?? now).toISOString()
    return { code: 'BackupVaultLockInForce', name: held.name, since }
  }
}
