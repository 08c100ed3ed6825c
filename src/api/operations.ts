// Every operation of AWS Backup that is built, by AWS's name. The rest are answered 501 by the
// server, which knows them from the service model.

import { CreateBackupVault } from './CreateBackupVault.ts'
import { DeleteBackupVault } from './DeleteBackupVault.ts'
import { DeleteBackupVaultAccessPolicy } from './DeleteBackupVaultAccessPolicy.ts'
import { DeleteBackupVaultLockConfiguration } from './DeleteBackupVaultLockConfiguration.ts'
import { DeleteRecoveryPoint } from './DeleteRecoveryPoint.ts'
import { DescribeBackupJob } from './DescribeBackupJob.ts'
import { DescribeBackupVault } from './DescribeBackupVault.ts'
import { DescribeCopyJob } from './DescribeCopyJob.ts'
import { DescribeGlobalSettings } from './DescribeGlobalSettings.ts'
import { DescribeProtectedResource } from './DescribeProtectedResource.ts'
import { DescribeRecoveryPoint } from './DescribeRecoveryPoint.ts'
import { DescribeRegionSettings } from './DescribeRegionSettings.ts'
import { DescribeRestoreJob } from './DescribeRestoreJob.ts'
import { GetBackupVaultAccessPolicy } from './GetBackupVaultAccessPolicy.ts'
import { GetRecoveryPointRestoreMetadata } from './GetRecoveryPointRestoreMetadata.ts'
import { GetSupportedResourceTypes } from './GetSupportedResourceTypes.ts'
import { ListBackupJobs } from './ListBackupJobs.ts'
import { ListBackupVaults } from './ListBackupVaults.ts'
import { ListCopyJobs } from './ListCopyJobs.ts'
import { ListProtectedResources } from './ListProtectedResources.ts'
import { ListProtectedResourcesByBackupVault } from './ListProtectedResourcesByBackupVault.ts'
import { ListRecoveryPointsByBackupVault } from './ListRecoveryPointsByBackupVault.ts'
import { ListRecoveryPointsByResource } from './ListRecoveryPointsByResource.ts'
import { ListRestoreJobs } from './ListRestoreJobs.ts'
import { ListTags } from './ListTags.ts'
import type { Operation } from './operation.ts'
import { PutBackupVaultAccessPolicy } from './PutBackupVaultAccessPolicy.ts'
import { PutBackupVaultLockConfiguration } from './PutBackupVaultLockConfiguration.ts'
import { askingForRoom } from './room.ts'
import { StartBackupJob } from './StartBackupJob.ts'
import { StartCopyJob } from './StartCopyJob.ts'
import { StartRestoreJob } from './StartRestoreJob.ts'
import { StopBackupJob } from './StopBackupJob.ts'
import { TagResource } from './TagResource.ts'
import { UntagResource } from './UntagResource.ts'
import { UpdateGlobalSettings } from './UpdateGlobalSettings.ts'
import { UpdateRecoveryPointLifecycle } from './UpdateRecoveryPointLifecycle.ts'
import { UpdateRegionSettings } from './UpdateRegionSettings.ts'

/** By AWS's name. */
export const operations: Readonly<Record<string, Operation>> = askingForRoom({
  CreateBackupVault,
  DescribeBackupVault,
  ListBackupVaults,
  DeleteBackupVault,
  PutBackupVaultAccessPolicy,
  GetBackupVaultAccessPolicy,
  DeleteBackupVaultAccessPolicy,
  PutBackupVaultLockConfiguration,
  DeleteBackupVaultLockConfiguration,
  StartBackupJob,
  DescribeBackupJob,
  ListBackupJobs,
  StopBackupJob,
  ListRecoveryPointsByBackupVault,
  ListRecoveryPointsByResource,
  DescribeRecoveryPoint,
  DeleteRecoveryPoint,
  UpdateRecoveryPointLifecycle,
  GetRecoveryPointRestoreMetadata,
  StartCopyJob,
  DescribeCopyJob,
  ListCopyJobs,
  StartRestoreJob,
  DescribeRestoreJob,
  ListRestoreJobs,
  ListProtectedResources,
  DescribeProtectedResource,
  ListProtectedResourcesByBackupVault,
  TagResource,
  UntagResource,
  ListTags,
  GetSupportedResourceTypes,
  DescribeRegionSettings,
  UpdateRegionSettings,
  DescribeGlobalSettings,
  UpdateGlobalSettings,
})
