// One fact out of its JSON. A kind of fact that this version does not know is left out: what it may
// not leave out is a feature, which the record's header names and a reader refuses.

import {
  BadId,
  type Fact,
  type Lifecycle,
  type PointFact,
  parseAccountId,
  parseCopyMode,
  parseJobId,
  parsePointId,
  parseRegionName,
  parseResourceType,
  type ResourceFact,
  type VaultFact,
  type VaultLock,
} from '../model/index.ts'
import { VaultDamaged } from './damage.ts'
import type { JsonObject } from './json-record.ts'

/** The fact, or undefined for a kind unknown here. Throws VaultDamaged. */
export function readFact(json: JsonObject): Fact | undefined {
  try {
    switch (json.text('kind')) {
      case 'vault':
        return readVault(json)
      case 'vault deleted':
        return { kind: 'vault deleted' }
      case 'point':
        return readPoint(json)
      case 'point deleted':
        return { kind: 'point deleted', pointId: parsePointId(json.text('pointId')) }
      default:
        return undefined
    }
  } catch (error) {
    if (!(error instanceof BadId)) throw error
    throw new VaultDamaged(json.object, `holds a fact with ${error.message}`, { cause: error })
  }
}

function readVault(json: JsonObject): VaultFact {
  return {
    kind: 'vault',
    name: json.text('name'),
    arn: json.text('arn'),
    account: parseAccountId(json.text('account')),
    region: parseRegionName(json.text('region')),
    type: json.text('type'),
    keyArn: json.text('keyArn'),
    createdAt: json.count('createdAt'),
    ...optional(json, 'creatorRequestId', (name) => json.text(name)),
    ...unconfirmed(json),
    ...optional(json, 'policy', (name) => json.text(name)),
    ...optional(json, 'copyMode', (name) => parseCopyMode(json.text(name)) ?? json.fail(name)),
    ...optional(json, 'lock', (name) => readLock(json.one(name))),
    tags: json.textByName('tags'),
  }
}

function readLock(json: JsonObject): VaultLock {
  const count = (name: string) => json.count(name)
  return {
    ...optional(json, 'minDays', count),
    ...optional(json, 'maxDays', count),
    ...optional(json, 'lockDate', count),
  }
}

function readPoint(json: JsonObject): PointFact {
  const text = (name: string) => json.text(name)
  return {
    kind: 'point',
    pointId: parsePointId(text('pointId')),
    arn: text('arn'),
    status: text('status'),
    resourceArn: text('resourceArn'),
    resourceType: parseResourceType(text('resourceType')) ?? json.fail('resourceType'),
    ...optional(json, 'resourceName', text),
    ...optional(json, 'iamRoleArn', text),
    createdAt: json.count('createdAt'),
    initiatedAt: json.count('initiatedAt'),
    completedAt: json.count('completedAt'),
    backupSizeBytes: json.count('backupSizeBytes'),
    ...optional(json, 'lifecycle', (name) => readLifecycle(json.one(name))),
    storageClass: text('storageClass'),
    keyArn: text('keyArn'),
    ...optional(json, 'sourceVaultArn', text),
    ...optional(json, 'createdBy', (name) => json.textByName(name)),
    ...optional(json, 'parentPointArn', text),
    ...optional(json, 'compositeMember', text),
    isParent: json.flag('isParent'),
    ...optional(json, 'lastRestoredAt', (name) => json.count(name)),
    jobId: parseJobId(text('jobId')),
    restoreMetadata: json.textByName('restoreMetadata'),
    ...optional(json, 'message', text),
    ...unconfirmed(json),
    tags: json.textByName('tags'),
    ...optional(json, 'resource', (name) => readResource(json.one(name))),
  }
}

function readLifecycle(json: JsonObject): Lifecycle {
  const count = (name: string) => json.count(name)
  return {
    ...optional(json, 'MoveToColdStorageAfterDays', count),
    ...optional(json, 'DeleteAfterDays', count),
    ...optional(json, 'OptInToArchiveForSupportedResources', (name) => json.flag(name)),
  }
}

function readResource(json: JsonObject): ResourceFact {
  return {
    region: parseRegionName(json.text('region')),
    name: json.text('name'),
    driver: json.text('driver'),
    path: json.text('path'),
    createdAt: json.count('createdAt'),
  }
}

/** The member when it is there. */
function optional<Name extends string, Value>(
  json: JsonObject,
  name: Name,
  read: (name: Name) => Value,
): { [Key in Name]?: Value } {
  return json.has(name) ? ({ [name]: read(name) } as { [Key in Name]: Value }) : {}
}

function unconfirmed(json: JsonObject): { unconfirmed?: true } {
  return json.has('unconfirmed') && json.flag('unconfirmed') ? { unconfirmed: true } : {}
}
