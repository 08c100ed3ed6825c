// Every route of our own below `/_copyhold`.

import type { Extension } from '../extension.ts'
import { needingRoom } from '../room.ts'
import { moveClock, showClock } from './clock.ts'
import { clearFaults, listFaults, raiseFault } from './faults.ts'
import { describeJob, followJob } from './jobs.ts'
import { setLimits, showLimits } from './limits.ts'
import { describeOrganization } from './organization.ts'
import { preflightCopy } from './preflight.ts'
import { reset } from './reset.ts'
import { addResource, listResources, removeResource } from './resources.ts'
import { compareVault } from './vault-compare.ts'
import { confirmRecoveryPoint } from './vault-confirm.ts'
import { describeEnd } from './vault-points.ts'
import { rotateVaultKey } from './vault-rotate-key.ts'
import { changeVaultSettings, showVaultSettings } from './vault-settings.ts'
import { listVerified, verifyVault } from './vault-verify.ts'
import { sweepVault } from './vaults.ts'

export const extensions: readonly Extension[] = [
  needingRoom(addResource),
  listResources,
  removeResource,
  describeOrganization,
  preflightCopy,
  describeJob,
  followJob,
  sweepVault,
  needingRoom(rotateVaultKey),
  needingRoom(verifyVault),
  listVerified,
  compareVault,
  confirmRecoveryPoint,
  showVaultSettings,
  needingRoom(changeVaultSettings),
  describeEnd,
  showLimits,
  setLimits,
  listFaults,
  raiseFault,
  clearFaults,
  showClock,
  moveClock,
  reset,
]
