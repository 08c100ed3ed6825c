// How fast jobs may write and how many copies run at once. Rates are bytes a second.
//
// GET /_copyhold/limits   → {"process"?, "job"?, "copies"?, "vaults": {ARN: rate}}
// PUT /_copyhold/limits   the same members; vaults also by name. Absent: stays; null: no limit any
//                         more. Answers what holds from now on, for what runs too.
//
// Each account sees and sets the limits of its own vaults. The others concern everybody: whoever
// asks is told them, which tells nothing of anybody's, and the management account alone sets them.

import type { Caller } from '../../access/index.ts'
import { mustFindVault } from '../../jobs/index.ts'
import type { Limits } from '../../model/index.ts'
import { Answer, changeLimits, parseLimitsChange, parseVaultArn } from '../../model/index.ts'
import type { ApiContext } from '../context.ts'
import type { Extension } from '../extension.ts'

export const showLimits: Extension = {
  method: 'GET',
  path: '/limits',
  answer: async ({ caller }, context) => shownTo(caller, context),
}

export const setLimits: Extension = {
  method: 'PUT',
  path: '/limits',
  async answer({ body, caller }, context) {
    const change = parseLimitsChange(body)
    if ('reason' in change) throw new Answer({ code: 'InvalidParameter', ...change })
    const common = Object.keys(change).find((name) => name !== 'vaults')
    if (common !== undefined && !context.limits.isManager(caller.account)) {
      const reason =
        'it concerns the jobs of every account; only the management account of the organization ' +
        'may set it, and each account the limits of its own vaults'
      throw new Answer({ code: 'InvalidParameter', parameter: common, reason })
    }
    const vaults = await byArn(context, caller, change.vaults ?? {})
    // The catalog was asked: what was set meanwhile is not to be lost.
    context.limits.set(changeLimits(context.limits.now(), { ...change, vaults }))
    return shownTo(caller, context)
  },
}

/** What holds for everybody, and for the vaults of the caller's account. */
function shownTo({ account }: Caller, { limits }: ApiContext): Limits {
  const { vaults, ...common } = limits.now()
  const own = Object.entries(vaults).filter(([arn]) => parseVaultArn(arn)?.account === account)
  return { ...common, vaults: Object.fromEntries(own) }
}

/** Limits of vaults are kept by ARN; one that is taken away may be that of a vault that is gone. */
async function byArn(
  { catalog }: ApiContext,
  caller: Caller,
  named: Readonly<Record<string, number | null>>,
): Promise<Record<string, number | null>> {
  const found: Record<string, number | null> = {}
  for (const [name, rate] of Object.entries(named)) {
    const arn = parseVaultArn(name)
    const owner = arn ? { ...caller, account: arn.account, region: arn.region } : caller
    if (owner.account !== caller.account) throw new Answer({ code: 'InsufficientPrivileges' })
    if (arn && rate === null) {
      found[name] = null
      continue
    }
    const vault = await catalog.read((tx) => mustFindVault(tx, owner, arn?.name ?? name))
    found[vault.arn] = rate
  }
  return found
}
