// CPU profiles of V8 (`--cpu-prof`) as trees of frames: only what was sampled between given
// moments, and only what tells something of this program. What other people's code does inside
// itself is one frame, the event loop below a call of ours is none, idle time is a number beside
// the tree. A function goes on by itself after it waited: calls stand on the room they begin in.

import type { CallFrame, FrameName, NameFrame } from './frame-names.ts'

/** What a `.cpuprofile` file holds, as far as it is read. */
export interface Profile {
  readonly nodes: readonly ProfileNode[]
  /** The node that was running, and how long after the sample before it. */
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
  /** Microseconds of the monotonic clock, which all processes of a machine share. */
  readonly startTime: number
  readonly endTime: number
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: CallFrame
  readonly children?: readonly number[]
}

/** Moments of the monotonic clock. */
export interface Span {
  readonly startUs: number
  readonly endUs: number
}

/** A function as it was called in one place of the tree. */
export interface Frame extends FrameName {
  /** In it alone, and in it with all that it called. */
  readonly selfUs: number
  readonly totalUs: number
  /** The longest first. */
  readonly children: readonly Frame[]
}

/** What one thread did in some spans. */
export interface ThreadTime {
  /** Of all spans together. */
  readonly wallUs: number
  readonly idleUs: number
  /** What it called is what the thread was busy with; it has no time of its own. */
  readonly root: Frame
}

const IDLE = '(idle)'
const ROOT = '(root)'
const ROOT_NAME: FrameName = { name: ROOT, place: '', kind: 'program', owner: '' }

/** The part of a profile that lies in the spans, which do not overlap. */
export function cutProfile(
  profile: Profile,
  spans: readonly Span[],
  nameFrame: NameFrame,
): ThreadTime {
  const wallUs = spans.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0)
  const root = new Growing(ROOT_NAME)
  const parents = new Map<number, ProfileNode>()
  for (const node of profile.nodes) for (const id of node.children ?? []) parents.set(id, node)
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  let idleUs = 0
  for (const [id, us] of sampledUs(profile, spans)) {
    const node = byId.get(id)
    if (node?.callFrame.functionName === IDLE) idleUs += us
    else if (node) root.add(inRoom(foldStack(stackOf(node, parents).map(nameFrame))), us)
  }
  return { wallUs, idleUs, root: root.grown() }
}

/** How long each node was seen within the spans: a sample holds until the next one. */
function sampledUs(profile: Profile, spans: readonly Span[]): Map<number, number> {
  const found = new Map<number, number>()
  let atUs = profile.startTime
  for (const [place, id] of profile.samples.entries()) {
    atUs += profile.timeDeltas[place] ?? 0
    const deltaUs = profile.timeDeltas[place + 1]
    const untilUs = deltaUs === undefined ? profile.endTime : atUs + deltaUs
    for (const { startUs, endUs } of spans) {
      const us = Math.min(untilUs, endUs) - Math.max(atUs, startUs)
      if (us > 0) found.set(id, (found.get(id) ?? 0) + us)
    }
  }
  return found
}

/** From the outermost call to the node itself, without V8's root. */
function stackOf(node: ProfileNode, parents: ReadonlyMap<number, ProfileNode>): CallFrame[] {
  const stack: CallFrame[] = []
  for (let at: ProfileNode | undefined = node; at; at = parents.get(at.id)) {
    if (at.callFrame.functionName !== ROOT) stack.unshift(at.callFrame)
  }
  return stack
}

/**
 * Without the event loop that called us, without what a package or Node calls inside itself, and
 * with a function that calls itself once.
 */
export function foldStack(stack: readonly FrameName[]): FrameName[] {
  const first = stack.findIndex(({ kind }) => kind === 'own' || kind === 'package')
  const folded: FrameName[] = []
  for (const frame of stack.slice(Math.max(0, first))) {
    const above = folded.at(-1)
    const isForeign = frame.kind === 'package' || frame.kind === 'node'
    if (above && isForeign && above.owner === frame.owner) continue
    if (above && above.name === frame.name && above.place === frame.place) continue
    folded.push(frame)
  }
  return folded
}

/** On the room of src/ that the first call of ours is in, or on whose code it is otherwise. */
export function inRoom(stack: readonly FrameName[]): FrameName[] {
  const own = stack.find(({ kind }) => kind === 'own')
  const [first] = stack
  if (own) return [{ name: roomOf(own.place), place: '', kind: 'own', owner: '' }, ...stack]
  if (!first || first.kind === 'gc' || first.kind === 'program') return [...stack]
  const [name, kind] =
    first.kind === 'package' ? [first.owner, first.kind] : ['Node', 'node' as const]
  return [{ name, place: '', kind, owner: first.owner }, ...stack]
}

/** `src/vault/sealing.ts:33` lies in `src/vault`. */
function roomOf(place: string): string {
  return place.split('/').slice(0, 2).join('/').replace(/:\d+$/, '')
}

/** A frame while samples are still being added to it. */
class Growing {
  readonly #name: FrameName
  readonly #children = new Map<string, Growing>()
  #selfUs = 0
  #totalUs = 0

  constructor(name: FrameName) {
    this.#name = name
  }

  add(stack: readonly FrameName[], us: number): void {
    this.#totalUs += us
    const [next, ...rest] = stack
    if (!next) {
      this.#selfUs += us
      return
    }
    const key = `${next.kind} ${next.name} ${next.place}`
    const child = this.#children.get(key) ?? new Growing(next)
    this.#children.set(key, child)
    child.add(rest, us)
  }

  grown(): Frame {
    const children = [...this.#children.values()].map((child) => child.grown())
    children.sort((a, b) => b.totalUs - a.totalUs)
    return { ...this.#name, selfUs: this.#selfUs, totalUs: this.#totalUs, children }
  }
}

/** Functions by the time spent in them alone, wherever they were called; native ones by caller. */
export function busiest(root: Frame, count: number): { what: string; us: number }[] {
  const found = new Map<string, number>()
  const visit = (frame: Frame, caller: string) => {
    const of = [frame.name, frame.place && `(${frame.place})`].filter(Boolean).join(' ')
    const what = frame.kind === 'native' && caller ? `${of} < ${caller}` : of
    if (frame.selfUs > 0) found.set(what, (found.get(what) ?? 0) + frame.selfUs)
    const named = frame.kind === 'own' ? of : [of, caller].filter(Boolean).join(' < ')
    for (const child of frame.children) visit(child, frame === root ? '' : named)
  }
  visit(root, '')
  const sorted = [...found].sort(([, a], [, b]) => b - a)
  return sorted.slice(0, count).map(([what, us]) => ({ what, us }))
}
