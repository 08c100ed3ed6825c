// Where the accounts of a configuration stand in their organization.

import type { Membership, Policy } from '../access/index.ts'
import { parseAccountId } from '../model/index.ts'
import type { Place } from './mistakes.ts'
import type { Policies } from './policies.ts'
import type { AccountEntry, OrganizationEntry } from './schema.ts'

/** The account's place. A unit that is not there was found wrong before, and counts as the root. */
export function membershipOf(
  organization: OrganizationEntry,
  account: AccountEntry,
  policies: Policies,
): Membership {
  const { id, root, managementAccount } = organization
  const units = unitsTo(organization, account.unit)
  const levels: (readonly Policy[])[] = []
  const addLevel = (controls: readonly unknown[] | undefined, name: string, place: Place) => {
    if (controls === undefined) return
    const use = { kind: 'identity', name: `a service control policy of ${name}`, place } as const
    levels.push(policies.readAll(controls, use))
  }
  addLevel(organization.controls, root, ['organization', 'controls'])
  for (const { unit, at } of units) {
    addLevel(unit.controls, unit.id, ['organization', 'units', at, 'controls'])
  }
  const isManagement = account.id === managementAccount
  return {
    id,
    path: `${[id, root, ...units.map(({ unit }) => unit.id)].join('/')}/`,
    managementAccount: parseAccountId(managementAccount),
    ...(levels.length === 0 || isManagement ? {} : { controls: levels }),
  }
}

/** Units from the root down; each once, so that a circle ends. */
export function unitsTo({ units }: OrganizationEntry, unitId: string | undefined) {
  const way: { unit: OrganizationEntry['units'][number]; at: number }[] = []
  let wanted = unitId
  while (wanted !== undefined && way.length <= units.length) {
    const at = units.findIndex(({ id }) => id === wanted)
    const unit = units[at]
    if (unit === undefined) break
    way.unshift({ unit, at })
    wanted = unit.parent
  }
  return way
}
