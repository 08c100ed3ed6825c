// What must hold between the accounts, users, roles, keys and units of a configuration.

import type { Mistakes, Place } from './mistakes.ts'
import { unitsTo } from './organization.ts'
import type { ConfigurationFile, OrganizationEntry } from './schema.ts'

/** Adds what is given twice, names something that is not there, or leaves nobody to ask. */
export function checkIdentities(file: ConfigurationFile, mistakes: Mistakes): void {
  const accounts = file.accounts.map(({ id }, i) => ({ place: ['accounts', i, 'id'], value: id }))
  mistakes.checkDistinct(accounts, 'the account')
  const keys: { place: Place; value: string }[] = []
  for (const [i, account] of file.accounts.entries()) {
    const at: Place = ['accounts', i]
    keys.push(...keysAt(account, at))
    for (const kind of ['users', 'roles'] as const) {
      // IAM tells names apart without regard to case.
      const names = account[kind].map(({ name }, j) => ({
        place: [...at, kind, j, 'name'],
        value: name.toLowerCase(),
      }))
      mistakes.checkDistinct(names, kind === 'users' ? 'the user' : 'the role')
      for (const [j, holder] of account[kind].entries()) {
        keys.push(...keysAt(holder, [...at, kind, j]))
      }
    }
    checkUnit(file.organization, account.unit, { place: [...at, 'unit'], mistakes })
  }
  mistakes.checkDistinct(keys, 'the access key')
  if (keys.length === 0) {
    mistakes.add(['accounts'], 'nobody has an access key, so nobody could ask for anything')
  }
  if (file.organization) checkOrganization(file.organization, file, mistakes)
}

type Keys = readonly { readonly id: string }[]

function keysAt(
  holder: { readonly accessKeys?: Keys; readonly rootAccessKeys?: Keys },
  place: Place,
): { place: Place; value: string }[] {
  return (['accessKeys', 'rootAccessKeys'] as const).flatMap((member) =>
    (holder[member] ?? []).map(({ id }, i) => ({ place: [...place, member, i, 'id'], value: id })),
  )
}

function checkOrganization(
  organization: OrganizationEntry,
  { accounts }: ConfigurationFile,
  mistakes: Mistakes,
): void {
  const { managementAccount, units } = organization
  if (!accounts.some(({ id }) => id === managementAccount)) {
    const problem = `the account ${managementAccount} is not among accounts`
    mistakes.add(['organization', 'managementAccount'], problem)
  }
  const at = (i: number): Place => ['organization', 'units', i]
  mistakes.checkDistinct(
    units.map(({ id }, i) => ({ place: [...at(i), 'id'], value: id })),
    'the unit',
  )
  for (const [i, unit] of units.entries()) {
    checkUnit(organization, unit.parent, { place: [...at(i), 'parent'], mistakes })
    if (unitsTo(organization, unit.id).length > units.length) {
      mistakes.add([...at(i), 'parent'], 'the unit is within itself')
    }
  }
}

function checkUnit(
  organization: OrganizationEntry | undefined,
  unit: string | undefined,
  { place, mistakes }: { place: Place; mistakes: Mistakes },
): void {
  if (unit === undefined) return
  if (organization?.units.some(({ id }) => id === unit)) return
  const units = organization?.units.map(({ id }) => id).join(', ')
  const there = units ? `there are ${units}` : 'there are no units in organization'
  mistakes.add(place, `there is no unit ${unit}; ${there}`)
}
