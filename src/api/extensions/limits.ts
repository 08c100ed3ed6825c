// How fast jobs may write and how many copies run at once. Rates are bytes a second.
//
// GET /_copyhold/limits   → {"process"?, "job"?, "copies"?, "vaults": {ARN: rate}}
// PUT /_copyhold/limits   the same members; vaults also by name. Absent: stays; null: no limit any
//                         more. Answers what holds from now on, for what runs too.

import type { Caller } from '../../access/index.ts'
import { mustFindVault } from '../../jobs/index.ts'
import { Answer, changeLimits, parseLimitsChange, parseVaultArn } from '../../model/index.ts'
import type { ApiContext } from '../context.ts'
import type { Extension } from '../extension.ts'

export const showLimits: Extension = {
  method: 'GET',
  path: '/limits',
  answer: async (_request, { limits }) => limits.now(),
}

export const setLimits: Extension = {
  method: 'PUT',
  path: '/limits',
  async answer({ body, caller }, context) {
    const change = parseLimitsChange(body)
    if ('reason' in change) throw new Answer({ code: 'InvalidParameter', ...change })
    const vaults = await byArn(context, caller, change.vaults ?? {})
    // The catalog was asked: what was set meanwhile is not to be lost.
    context.limits.set(changeLimits(context.limits.now(), { ...change, vaults }))
    return context.limits.now()
  },
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
