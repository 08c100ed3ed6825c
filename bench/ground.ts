// The folders that a data set is made in, and their change, which everybody saves before and after.

import fs from 'node:fs'
import path from 'node:path'
import { changeSet, dataSets } from './data-sets.ts'
import { settle } from './figures.ts'
import type { Ground } from './phases.ts'

/** A file is taken as settled two seconds after its last change. */
const SETTLED_MS = 2_500

interface Contestant {
  prepare(stage: 'before' | 'after'): Promise<void>
}

/** Makes the set in a folder of its own below `work`, which is gone afterwards. */
export async function onGround<T>(
  set: string,
  { sizeMb, work }: { sizeMb: number; work: string },
  use: (ground: Ground) => Promise<T>,
): Promise<T> {
  const make = dataSets[set]
  if (!make) throw new Error(`no data set ${set}; there are ${Object.keys(dataSets).join(', ')}`)
  const folder = fs.mkdtempSync(path.join(work, `copyhold-bench-${set}-`))
  const packs = { before: path.join(folder, 'before'), after: path.join(folder, 'after') }
  const ground: Ground = { set, folder, data: path.join(folder, 'files'), packs }
  try {
    make(ground.data, sizeMb)
    return await use(ground)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Everybody saves the data before and after its change. */
export async function prepare(ground: Ground, contestants: readonly Contestant[]): Promise<void> {
  for (const stage of ['before', 'after'] as const) {
    if (stage === 'after') changeSet(ground.set, ground.data)
    settle()
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS))
    for (const contestant of contestants) await contestant.prepare(stage)
  }
}
