// Facts: what must outlive the catalog, as a vault's store keeps it. Each tells the whole state of
// its subject, so that the newest of a subject is all there is to know of it, and saying it twice
// changes nothing. Plain data that survives JSON. Format: docs/format.md, "Facts".

import type { CopyMode } from './copy-mode.ts'
import type { AccountId, JobId, PointId, RegionName } from './ids.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { ResourceType } from './resource-types.ts'
import type { VaultLock } from './vault-lock.ts'

/** The vault itself: everything the catalog knows of it and its files do not. */
export interface VaultFact {
  readonly kind: 'vault'
  readonly name: string
  readonly arn: string
  readonly account: AccountId
  readonly region: RegionName
  readonly type: string
  readonly keyArn: string
  /** Milliseconds since 1970, like every time here. */
  readonly createdAt: number
  readonly creatorRequestId?: string | undefined
  /** Its name was made up, for no fact told it when the catalog was lost. */
  readonly unconfirmed?: true | undefined
  /** Its access policy, the text that was put; absent when it has none. */
  readonly policy?: string | undefined
  /** How copies come into it, where its owner has said so. */
  readonly copyMode?: CopyMode | undefined
  /** Its lock, in whatever mode; absent when it is not locked. */
  readonly lock?: VaultLock | undefined
  readonly tags: Readonly<Record<string, string>>
}

/** The vault was deleted: nothing of it is to come back. */
export interface VaultDeletedFact {
  readonly kind: 'vault deleted'
}

/** One recovery point: what its manifest cannot tell because it changes or came later. */
export interface PointFact {
  readonly kind: 'point'
  readonly pointId: PointId
  readonly arn: string
  /** AWS's RecoveryPointStatus. */
  readonly status: string
  readonly resourceArn: string
  readonly resourceType: ResourceType
  readonly resourceName?: string | undefined
  readonly iamRoleArn?: string | undefined
  readonly createdAt: number
  readonly initiatedAt: number
  readonly completedAt: number
  readonly backupSizeBytes: number
  readonly lifecycle?: Lifecycle | undefined
  readonly storageClass: string
  readonly keyArn: string
  readonly sourceVaultArn?: string | undefined
  readonly createdBy?: Readonly<Record<string, string>> | undefined
  readonly parentPointArn?: string | undefined
  readonly compositeMember?: string | undefined
  readonly isParent: boolean
  readonly lastRestoredAt?: number | undefined
  readonly jobId: JobId
  readonly restoreMetadata: Readonly<Record<string, string>>
  readonly message?: string | undefined
  /** It was found without a fact when the catalog was lost. */
  readonly unconfirmed?: true | undefined
  readonly tags: Readonly<Record<string, string>>
  /** How its resource was registered, where that was known and the account's own. */
  readonly resource?: ResourceFact | undefined
}

/** A resource's registration. Its ARN and type are the point's. */
export interface ResourceFact {
  readonly region: RegionName
  readonly name: string
  readonly driver: string
  readonly path: string
  readonly createdAt: number
}

/** A recovery point was deleted: final, for a point's id is never used again. */
export interface PointDeletedFact {
  readonly kind: 'point deleted'
  readonly pointId: PointId
}

export type Fact = VaultFact | VaultDeletedFact | PointFact | PointDeletedFact

/** What the facts of one vault come to. */
export interface KnownByFacts {
  readonly vault: VaultFact | undefined
  readonly isDeleted: boolean
  readonly points: ReadonlyMap<PointId, PointFact>
  readonly deleted: ReadonlySet<PointId>
}

/**
 * What a reader must understand to read these facts at all: who ignored a vault's policy would
 * let in whom it keeps out, and without its copy mode data keys would be shared that it keeps
 * apart. Named in the header of their record.
 */
export function featuresOf(facts: Iterable<Fact>): readonly string[] {
  const features = new Set<string>()
  for (const fact of facts) {
    if (fact.kind === 'vault' && fact.policy !== undefined) features.add('policy')
    if (fact.kind === 'vault' && fact.copyMode !== undefined) features.add('copyMode')
    if (fact.kind === 'vault' && fact.lock !== undefined) features.add('lock')
  }
  return [...features].sort()
}

/** The state that facts, in the order they were written, tell. Deletions are final. */
export function knownByFacts(facts: Iterable<Fact>): KnownByFacts {
  let vault: VaultFact | undefined
  let isDeleted = false
  const points = new Map<PointId, PointFact>()
  const deleted = new Set<PointId>()
  for (const fact of facts) {
    switch (fact.kind) {
      case 'vault':
        vault = fact
        break
      case 'vault deleted':
        isDeleted = true
        break
      case 'point':
        if (!deleted.has(fact.pointId)) points.set(fact.pointId, fact)
        break
      case 'point deleted':
        points.delete(fact.pointId)
        deleted.add(fact.pointId)
    }
  }
  return { vault, isDeleted, points, deleted }
}
