// What must hold between the folders, Regions and addresses of a configuration.

import path from 'node:path'
import type { Mistakes, Place } from './mistakes.ts'
import type { ConfigurationFile } from './schema.ts'

/** Adds what is given twice, lies within what it must not, or would be heard by everybody. */
export function checkPlaces(file: ConfigurationFile, folder: string, mistakes: Mistakes): void {
  const regions = file.regions.map(({ name }, i) => ({
    place: ['regions', i, 'name'],
    value: name,
  }))
  mistakes.checkDistinct(regions, 'the Region')
  checkFolders(file, folder, mistakes)
  checkResources(file, folder, mistakes)
  checkRestoreRoots(file, folder, mistakes)
  checkListen(file, mistakes)
}

interface Folder {
  readonly place: Place
  readonly whole: string
  readonly what: string
}

function checkFolders(file: ConfigurationFile, folder: string, mistakes: Mistakes): void {
  const stores: Folder[] = file.regions.flatMap(({ name, store, coldStore }, i) => [
    {
      place: ['regions', i, 'store'],
      whole: path.resolve(folder, store),
      what: `the store of ${name}`,
    },
    ...(coldStore === undefined
      ? []
      : [
          {
            place: ['regions', i, 'coldStore'],
            whole: path.resolve(folder, coldStore),
            what: `the cold store of ${name}`,
          },
        ]),
  ])
  const { keyring } = file.keys
  const others: Folder[] = [
    { place: ['data'], whole: path.resolve(folder, file.data), what: 'the data folder' },
    ...(keyring === undefined
      ? []
      : [
          { place: ['keys', 'keyring'], whole: path.resolve(folder, keyring), what: 'the keyring' },
        ]),
  ]
  for (const one of [...stores, ...others]) {
    const outer = stores.find((store) => store !== one && isWithin(one.whole, store.whole))
    if (outer) mistakes.add(one.place, `${one.what} lies in ${outer.what}; give it its own folder`)
  }
}

function checkResources(file: ConfigurationFile, folder: string, mistakes: Mistakes): void {
  const regions = file.regions.map(({ name }) => name)
  for (const [i, { resources }] of file.accounts.entries()) {
    const at = (j: number, member: string): Place => ['accounts', i, 'resources', j, member]
    for (const [j, { region }] of resources.entries()) {
      if (regions.includes(region)) continue
      mistakes.add(at(j, 'region'), `there is no Region ${region}; there are ${regions.join(', ')}`)
    }
    const places = resources.map(({ directory, region }, j) => ({
      place: at(j, 'directory'),
      value: `${path.resolve(folder, directory)} in ${region}`,
    }))
    mistakes.checkDistinct(places, 'the folder')
    const ids = resources.flatMap(({ id }, j) =>
      id === undefined ? [] : [{ place: at(j, 'id'), value: id }],
    )
    mistakes.checkDistinct(ids, 'the id')
  }
}

/** What is one account's own is not another's too. */
function checkRestoreRoots(file: ConfigurationFile, folder: string, mistakes: Mistakes): void {
  const roots = file.accounts.flatMap(({ id, restoreRoots }, i) =>
    restoreRoots.map((root, j) => ({
      place: ['accounts', i, 'restoreRoots', j] as Place,
      id,
      whole: path.resolve(folder, root),
    })),
  )
  for (const { place, id, whole } of roots) {
    const other = roots.find((root) => root.id !== id && isWithin(whole, root.whole))
    if (other === undefined) continue
    const what = `the folder lies in one of account ${other.id}`
    mistakes.add(place, `${what}; list what accounts share under the restoreRoots of all`)
  }
}

function checkListen({ listen }: ConfigurationFile, mistakes: Mistakes): void {
  const { host, tls, behindProxy, allowInsecureBind } = listen
  if (tls && behindProxy) {
    mistakes.add(['listen', 'behindProxy'], 'either this server ends TLS or a proxy does, not both')
  }
  if (isLoopback(host) || tls || behindProxy || allowInsecureBind) return
  mistakes.add(
    ['listen', 'host'],
    `${host} is not loopback: give listen.tls or listen.behindProxy, or say ` +
      'listen.allowInsecureBind: true if nobody can listen in between',
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`)
}
