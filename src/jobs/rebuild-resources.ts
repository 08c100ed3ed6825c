// Resources are of no vault, so nothing keeps them but what the facts of their recovery points say.
// The newest point of a resource is believed; one that was removed meanwhile is registered again.

import type { Catalog, ResourceRow } from '../catalog/index.ts'
import { resources } from '../catalog/index.ts'
import type { AccountId, PointFact } from '../model/index.ts'

export class FoundResources {
  readonly #found = new Map<string, { row: ResourceRow; toldAt: number }>()

  /** Takes note of what a point of the account says. */
  note(fact: PointFact, account: AccountId): void {
    const { resource, resourceArn: arn, resourceType: type, completedAt: toldAt } = fact
    if (resource?.driver !== 'directory') return
    const before = this.#found.get(arn)
    if (before && before.toldAt >= toldAt) return
    const { region, name, path, createdAt } = resource
    const config = { path }
    const row = {
      arn,
      account,
      region,
      type,
      name,
      driver: 'directory',
      config,
      createdAt,
    } as const
    this.#found.set(arn, { row, toldAt })
  }

  /** Registers them; of two with one path the one that was backed up last. Answers the ARNs. */
  async add(catalog: Catalog): Promise<string[]> {
    const newestFirst = [...this.#found.values()].sort((a, b) => b.toldAt - a.toldAt)
    const added: string[] = []
    for (const { row } of newestFirst) {
      if (await catalog.transaction((tx) => resources.add(tx, row))) added.push(row.arn)
    }
    return added
  }
}
