// The facts of a recovery point as its manifest keeps them, read from JSON.

import { BadId, parsePointId } from '../model/index.ts'
import type { JsonObject } from './json-record.ts'
import type { PointFacts } from './point-manifest.ts'

export function readPointFacts(json: JsonObject): PointFacts {
  return {
    resourceArn: json.text('resourceArn'),
    resourceType: json.text('resourceType'),
    ...(json.has('resourceName') && { resourceName: json.text('resourceName') }),
    createdAt: json.count('createdAt'),
    backupSizeBytes: json.count('backupSizeBytes'),
    driver: json.text('driver'),
    ...(json.has('parent') && { parent: parentOf(json) }),
    ...(json.has('sourceVaultArn') && { sourceVaultArn: json.text('sourceVaultArn') }),
    entries: json.count('entries'),
    logicalBytes: json.count('logicalBytes'),
    ...(json.has('warnings') && { warnings: json.texts('warnings') }),
    ...(json.has('unread') && { unread: json.count('unread') }),
  }
}

function parentOf(json: JsonObject) {
  try {
    return parsePointId(json.text('parent'))
  } catch (error) {
    if (!(error instanceof BadId)) throw error
    return json.fail('parent')
  }
}
