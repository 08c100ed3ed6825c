// The peers: programs found on PATH, each doing what it can of the phases. `cp`, `rsync` and
// `rclone` move the very packs that Copyhold moves, as files; `restic` and `borg` copy between
// repositories of their own. Whoever does not sync what he wrote has it synced, on his time.

import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { type Figures, measureScript, settle, sizeOf } from './figures.ts'
import type { Ground, Phase } from './phases.ts'
import { putAside } from './put-aside.ts'

interface Peer {
  /** Run once per set on the data before its change, and again after it. */
  readonly prepare?: string
  /** Run untimed in the empty folder DST before a round's first copy and its first backup. */
  readonly begin?: string
  readonly phases: Partial<Record<Phase, string>>
  /** How many rounds it takes part in; all of them if absent. */
  readonly rounds?: number
}

// Of few files each is synced, as a careful script would; of a restored tree the file system is.
const SYNC_FILES = 'find "$DST" -type f -exec sync -d {} +'
const SYNC_TREE = 'sync -f "$DST"'
const RESTIC = 'restic --quiet'

const PEERS: Readonly<Record<string, Peer>> = {
  restic: {
    prepare: `[ "$STAGE" = after ] || ${RESTIC} -r "$OWN/repo" init
      ${RESTIC} -r "$OWN/repo" backup "$DATA"
      [ "$STAGE" = after ] || cp -a "$OWN/repo" "$OWN/before"`,
    begin: `${RESTIC} -r "$DST/repo" init --from-repo "$OWN/repo" --copy-chunker-params`,
    phases: {
      'first copy': `${RESTIC} -r "$DST/repo" copy --from-repo "$OWN/before"`,
      'no-op copy': `${RESTIC} -r "$DST/repo" copy --from-repo "$OWN/before"`,
      'incremental copy': `${RESTIC} -r "$DST/repo" copy --from-repo "$OWN/repo"`,
      backup: `${RESTIC} -r "$DST/repo" backup "$DATA"`,
      'no-op backup': `${RESTIC} -r "$DST/repo" backup "$DATA"`,
      restore: `${RESTIC} -r "$OWN/repo" restore latest --target "$DST/out"\n${SYNC_TREE}`,
      verify: `${RESTIC} -r "$OWN/repo" check --read-data`,
    },
  },
  cp: {
    phases: {
      'first copy': `cp -a "$BEFORE" "$DST/packs"\n${SYNC_FILES}`,
      'no-op copy': `cp -au "$BEFORE/." "$DST/packs/"`,
      'incremental copy': `cp -au "$AFTER/." "$DST/packs/"\n${SYNC_FILES}`,
      restore: `cp -a "$DATA" "$DST/out"\n${SYNC_TREE}`,
    },
  },
  rsync: {
    phases: {
      'first copy': `rsync -a "$BEFORE/" "$DST/packs/"\n${SYNC_FILES}`,
      'no-op copy': `rsync -a "$BEFORE/" "$DST/packs/"`,
      'incremental copy': `rsync -a "$AFTER/" "$DST/packs/"\n${SYNC_FILES}`,
      restore: `rsync -a "$DATA/" "$DST/out/"\n${SYNC_TREE}`,
    },
  },
  rclone: {
    phases: {
      'first copy': `rclone copy --checksum "$BEFORE" "$DST/packs"\n${SYNC_FILES}`,
      'no-op copy': `rclone copy --checksum "$BEFORE" "$DST/packs"`,
      'incremental copy': `rclone copy --checksum "$AFTER" "$DST/packs"\n${SYNC_FILES}`,
    },
  },
  // Borg takes as long as all others together: once is enough to place it.
  borg: {
    rounds: 1,
    prepare: `[ "$STAGE" = after ] || borg init -e repokey-blake2 "$OWN/repo"
      borg create -C zstd,3 "$OWN/repo::$STAGE" "$DATA"`,
    begin: 'borg init -e repokey-blake2 "$DST/repo"',
    phases: {
      'first copy': borgCopy('before'),
      'incremental copy': borgCopy('after'),
      backup: 'borg create -C zstd,3 "$DST/repo::first" "$DATA"',
      'no-op backup': 'borg create -C zstd,3 "$DST/repo::again" "$DATA"',
      restore: `mkdir "$DST/out" && cd "$DST/out" && borg extract "$OWN/repo::after"\n${SYNC_TREE}`,
      verify: 'borg check --verify-data "$OWN/repo"',
    },
  },
}

function borgCopy(stage: string): string {
  const out = `borg export-tar "$OWN/repo::${stage}" -`
  return `${out} | borg import-tar -C zstd,3 "$DST/repo::${stage}" -`
}

/** Which of the wanted peers are on PATH; the others are named on standard error. */
export function installedPeers(wanted: readonly string[]): string[] {
  return wanted.filter((name) => {
    if (!(name in PEERS)) throw new Error(`no peer ${name}; known: ${Object.keys(PEERS)}`)
    const there = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
    if (!there) process.stderr.write(`${name} is not on PATH and left out\n`)
    return there
  })
}

/** What a peer calls itself. */
export function versionOf(name: string): string {
  const how = name === 'restic' || name === 'rclone' ? 'version' : '--version'
  const { stdout } = spawnSync(name, [how], { encoding: 'utf8' })
  return /\d+\.\d+(\.\d+)?/.exec(stdout ?? '')?.[0] ?? 'of unknown version'
}

/** One peer on one data set. */
export class PeerRun {
  readonly name: string
  readonly #peer: Peer
  readonly #ground: Ground
  readonly #own: string
  readonly #target: string

  constructor(name: string, ground: Ground) {
    this.name = name
    this.#peer = PEERS[name] as Peer
    this.#ground = ground
    this.#own = path.join(ground.folder, `own-${name}`)
    this.#target = path.join(ground.folder, `to-${name}`)
    fs.mkdirSync(this.#own, { recursive: true })
  }

  /** Saves the data as it is now in the peer's own repository. */
  async prepare(stage: 'before' | 'after'): Promise<void> {
    if (this.#peer.prepare) await this.#run(this.#peer.prepare, { STAGE: stage })
  }

  /** Undefined when it does not take part. */
  async run(phase: Phase, round: number): Promise<Figures | undefined> {
    const script = this.#peer.phases[phase]
    if (script === undefined || round >= (this.#peer.rounds ?? Number.POSITIVE_INFINITY)) return
    if (phase === 'first copy' || phase === 'backup' || phase === 'restore')
      await this.#begin(phase)
    settle()
    const figures = await this.#run(script)
    if (phase === 'restore' || phase === 'verify') return figures
    return { ...figures, storedMb: sizeOf(this.#target).megabytes }
  }

  /** What a round wrote is out of the way. */
  clear(): void {
    putAside(this.#target)
  }

  async #begin(phase: Phase): Promise<void> {
    this.clear()
    fs.mkdirSync(this.#target)
    if (this.#peer.begin && phase !== 'restore') await this.#run(this.#peer.begin)
  }

  #run(script: string, more: Readonly<Record<string, string>> = {}): Promise<Figures> {
    const { data, packs } = this.#ground
    return measureScript(script, {
      DATA: data,
      BEFORE: packs.before,
      AFTER: packs.after,
      OWN: this.#own,
      DST: this.#target,
      RESTIC_PASSWORD: 'bench',
      RESTIC_FROM_PASSWORD: 'bench',
      RESTIC_CACHE_DIR: path.join(this.#own, 'cache'),
      BORG_PASSPHRASE: 'bench',
      BORG_BASE_DIR: this.#own,
      ...more,
    })
  }
}
