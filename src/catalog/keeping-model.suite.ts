// "Who keeps a pack" once more, on a page of plain data: what the tables must do, without tables.

import type { Copy, Keeper } from './keeping.suite.ts'

interface Pack {
  no: number
  state: 'arriving' | 'live' | 'condemned' | 'deleting'
  putBy?: Copy
  generation?: number
}

export interface ModelState {
  generation: number
  nextNo: number
  pack?: Pack
  uses: Partial<Record<Copy, { generation: number; firstNo: number }>>
  jobs: Partial<Record<Copy, 'held' | 'free' | 'ended'>>
  /** Who named which pack number. */
  points: Partial<Record<Copy | 'first', number>>
}

/** Rules to break on purpose, to see that the walk notices. */
export type Flaw =
  | 'takes despite uses'
  | 'plans without reviving'
  | 'records without reviving'
  | 'takes without looking again'
  | 'condemns what running jobs put'

export class KeepingModel implements Keeper<ModelState> {
  #now: ModelState
  readonly #flaws: ReadonlySet<Flaw>

  constructor(options: { pointToDelete: boolean; flaws?: readonly Flaw[] }) {
    this.#flaws = new Set(options.flaws)
    this.#now = { generation: 0, nextNo: 1, uses: {}, jobs: { A: 'held', B: 'held' }, points: {} }
    if (!options.pointToDelete) return
    this.#now.pack = { no: 1, state: 'live' }
    this.#now.nextNo = 2
    this.#now.points.first = 1
  }

  async plan(copy: Copy) {
    const { uses, generation, nextNo, pack } = this.#now
    uses[copy] ??= { generation, firstNo: nextNo }
    if (pack === undefined || pack.state === 'arriving') return undefined
    if (pack.state === 'deleting') return 'wait'
    if (!this.#has('plans without reviving')) this.#revive(pack)
    return 'live'
  }

  async claim(copy: Copy) {
    const { pack, jobs } = this.#now
    if (pack === undefined) {
      this.#now.pack = { no: this.#now.nextNo, state: 'arriving', putBy: copy }
      this.#now.nextNo += 1
      return 'put'
    }
    if (pack.state === 'deleting') return 'wait'
    if (pack.state !== 'arriving') {
      this.#revive(pack)
      return 'live'
    }
    if (pack.putBy !== copy && pack.putBy && jobs[pack.putBy] === 'held') return 'wait'
    pack.putBy = copy
    return 'put'
  }

  async arrived(copy: Copy) {
    const { pack } = this.#now
    if (pack?.state !== 'arriving' || pack.putBy !== copy) throw new Error('not its pack')
    this.#now.pack = { no: pack.no, state: 'live' }
  }

  async record(copy: Copy) {
    const { pack, points } = this.#now
    if (pack?.state !== 'live' && pack?.state !== 'condemned') throw new Error('not there')
    if (!this.#has('records without reviving')) this.#revive(pack)
    points[copy] = pack.no
    this.#end(copy)
  }

  async fail(copy: Copy) {
    this.#end(copy)
  }

  async loseLease(copy: Copy) {
    this.#now.jobs[copy] = 'free'
  }

  async takeUp(copy: Copy) {
    this.#now.jobs[copy] = 'held'
  }

  async deletePoint() {
    delete this.#now.points.first
  }

  async sweepBegin() {
    const { pack, uses } = this.#now
    const spared = Math.min(...Object.values(uses).map((use) => use.firstNo), this.#now.nextNo)
    const isSpared =
      pack !== undefined && pack.no >= spared && !this.#has('condemns what running jobs put')
    if (pack?.state === 'live' && !this.#named(pack) && !isSpared) {
      this.#now.generation += 1
      pack.state = 'condemned'
      pack.generation = this.#now.generation
    }
    return this.#now.generation
  }

  async sweepReady(generation: number) {
    if (this.#has('takes despite uses')) return true
    return Object.values(this.#now.uses).every((use) => use.generation >= generation)
  }

  async sweepTake(generation: number) {
    const { pack, jobs } = this.#now
    if (pack === undefined) return false
    if (pack.state === 'condemned' && (pack.generation ?? 0) <= generation) {
      if (this.#named(pack) && !this.#has('takes without looking again')) this.#revive(pack)
      else this.#now.pack = { no: pack.no, state: 'deleting' }
    } else if (pack.state === 'arriving' && pack.putBy && jobs[pack.putBy] === 'ended') {
      this.#now.pack = { no: pack.no, state: 'deleting' }
    }
    return this.#now.pack?.state === 'deleting'
  }

  async sweepGone() {
    if (this.#now.pack?.state === 'deleting') delete this.#now.pack
  }

  async state() {
    return this.#now.pack?.state ?? 'gone'
  }

  async save() {
    return structuredClone(this.#now)
  }

  async load(saved: ModelState) {
    this.#now = structuredClone(saved)
  }

  /** The whole state in one line, its members in one order. */
  key(): string {
    const { generation, nextNo, pack, uses, jobs, points } = this.#now
    const { no, state, putBy, generation: since } = pack ?? {}
    const use = (copy: Copy) => [uses[copy]?.generation, uses[copy]?.firstNo]
    const job = (copy: Copy) => [jobs[copy], use(copy), points[copy]]
    const all = [generation, nextNo, no, state, putBy, since, job('A'), job('B'), points.first]
    return JSON.stringify(all)
  }

  #has(flaw: Flaw) {
    return this.#flaws.has(flaw)
  }

  #revive(pack: Pack) {
    if (pack.state === 'condemned') this.#now.pack = { no: pack.no, state: 'live' }
  }

  #named(pack: Pack) {
    return Object.values(this.#now.points).includes(pack.no)
  }

  #end(copy: Copy) {
    this.#now.jobs[copy] = 'ended'
    delete this.#now.uses[copy]
  }
}
