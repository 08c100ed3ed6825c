// A tree worth backing up, always the same: about 3,000 files and 60 MB, text and noise, empty and
// large, sparse, linked, with names and times that careless programs get wrong.

import type { Files } from '../../world/index.ts'

const SMALL_TEXTS = 2_600
const NOISY_FILES = 180
const LARGE_BYTES = 8 * 1024 * 1024
const SPARSE_BYTES = 48 * 1024 * 1024
const DEEP_FOLDERS = 40
/** Times of the sample, far enough back that every file counts as settled. */
const FIRST_MTIME_S = 1_700_000_000

/** Makes the tree in a folder that does not exist yet. */
export function makeSampleTree(files: Files, root: string): void {
  const sample = new Sample(files, root)
  sample.texts()
  sample.noise()
  sample.large()
  sample.odd()
  sample.links()
  sample.times()
}

class Sample {
  readonly #files: Files
  readonly #root: string
  readonly #next = seededBytes(20_261_122)
  readonly #made: (string | Uint8Array)[] = []

  constructor(files: Files, root: string) {
    this.#files = files
    this.#root = root
    files.makeFolder(root)
  }

  texts(): void {
    for (let index = 0; index < SMALL_TEXTS; index++) {
      const folder = `projects/p${index % 23}/src/part-${index % 7}`
      const lines = 10 + (index % 190)
      const text = Array.from(
        { length: lines },
        (_, line) =>
          `export const value${line} = ${(index * 7919 + line * 31) % 100_003} // ${folder}`,
      )
      this.#file(`${folder}/file-${index}.ts`, Buffer.from(text.join('\n')))
    }
  }

  noise(): void {
    for (let index = 0; index < NOISY_FILES; index++) {
      const size = 20_000 + ((index * 6_151) % 160_000)
      this.#file(`photos/${2010 + (index % 15)}/img_${index}.jpg`, this.#noise(size))
    }
  }

  large(): void {
    const noise = this.#noise(LARGE_BYTES)
    this.#file('videos/film.mp4', noise)
    // Nearly the same again: only a little of it is new.
    this.#file(
      'videos/film-recut.mp4',
      Buffer.concat([noise.subarray(0, 5_000_000), this.#noise(300_000)]),
    )
    const row = Buffer.from('2026-11-22T12:00:00Z INFO request served in 12 ms\n')
    this.#file('logs/service.log', Buffer.alloc(LARGE_BYTES, row))
    const image = `${this.#root}/images/disk.img`
    this.#files.makeFolder(`${this.#root}/images`)
    this.#files.writeAt(image, this.#noise(70_000), 0)
    this.#files.writeAt(image, this.#noise(300_000), SPARSE_BYTES / 2)
    this.#files.writeAt(image, Buffer.from('end'), SPARSE_BYTES)
    this.#made.push(image)
  }

  odd(): void {
    const names = [
      'a name with spaces',
      'quotes \' and "',
      'two\nlines',
      '-rf',
      '~',
      '*',
      'ünïcode 日本語 🗂',
      'u\u0308 decomposed',
      '.hidden',
      'x'.repeat(250),
    ]
    for (const name of names) this.#file(`odd/${name}`, Buffer.from(`I am called ${name}`))
    this.#rawName(Buffer.from([0x62, 0x61, 0x64, 0xff, 0xfe]))
    this.#file('empty-file', new Uint8Array())
    this.#files.makeFolder(`${this.#root}/empty-folder`)
    this.#file(`${'deep/'.repeat(DEEP_FOLDERS)}bottom`, Buffer.from('far down'))
    for (const mode of [0o600, 0o640, 0o444, 0o755, 0o500]) {
      const path = this.#file(`modes/${mode.toString(8)}`, Buffer.from('mind my mode'))
      this.#files.setMode(path, mode)
    }
  }

  links(): void {
    const at = (path: string) => `${this.#root}/links/${path}`
    this.#files.makeFolder(`${this.#root}/links`)
    this.#files.symlink('../logs/service.log', at('to-file'))
    this.#files.symlink('../photos', at('to-folder'))
    this.#files.symlink('nowhere/at all', at('dangling'))
    this.#files.symlink('/etc/hostname', at('absolute'))
    const original = this.#file('links/original', this.#noise(50_000))
    this.#files.hardlink(original, at('second-name'))
    this.#files.hardlink(original, `${this.#root}/odd/third name`)
  }

  times(): void {
    for (const [index, path] of this.#made.entries()) {
      this.#files.setTime(path, FIRST_MTIME_S + index * 61 + (index % 1000) / 1000)
    }
  }

  #file(path: string, bytes: Uint8Array): string {
    const whole = `${this.#root}/${path}`
    this.#files.makeFolder(whole.slice(0, whole.lastIndexOf('/')))
    this.#files.write(whole, bytes)
    this.#made.push(whole)
    return whole
  }

  #rawName(name: Uint8Array): void {
    const path = Buffer.concat([Buffer.from(`${this.#root}/odd/`), name])
    try {
      this.#files.write(path, Buffer.from('my name is not UTF-8'))
      this.#made.push(path)
    } catch (error) {
      // File systems that only know Unicode names refuse this one; the sample does without.
      if (!/EILSEQ|EINVAL/.test(String((error as NodeJS.ErrnoException).code))) throw error
    }
  }

  #noise(size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size - (size % 4) + 4)
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(this.#next(), at)
    return bytes.subarray(0, size)
  }
}

// Marsaglia's xorshift: 32 bits at a time that compress as badly as real noise.
function seededBytes(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
