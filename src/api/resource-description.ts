// Protected resources as AWS shows them: what has at least one recovery point, in any status.

import type { ProtectedResource } from '@aws-sdk/client-backup'
import type { ProtectedResourceRow } from '../catalog/index.ts'
import type { Written } from './operation.ts'

/** A resource and the newest of its recovery points. */
export function describeProtectedResource(
  resource: ProtectedResourceRow,
): Written<ProtectedResource> {
  return {
    ResourceArn: resource.resourceArn,
    ResourceType: resource.resourceType,
    LastBackupTime: resource.lastBackupAt,
    ResourceName: resource.resourceName,
    LastBackupVaultArn: resource.lastVaultArn,
    LastRecoveryPointArn: resource.lastPointArn,
  }
}
