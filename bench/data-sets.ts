// The data that is measured on, made the same on every run: `src`, real small files of this machine
// chosen by the hash of their path and topped up with made ones; `rnd`, one incompressible file.

import { createCipheriv, createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

const MEGABYTE = 1 << 20
const SMALL_FILE_MAX = 512 * 1024
const ROOTS = ['/usr/share', '/usr/include']

export const dataSets: Record<string, (folder: string, sizeMb: number) => void> = {
  src: makeSourceTree,
  rnd: makeRandomFile,
}

function makeSourceTree(folder: string, sizeMb: number): void {
  let left = sizeMb * MEGABYTE
  for (const { file, sizeBytes } of smallFiles()) {
    if (left <= 0) return
    const target = path.join(folder, file)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.copyFileSync(file, target)
    fs.utimesSync(target, 1_700_000_000, 1_700_000_000)
    left -= sizeBytes
  }
  for (let number = 0; left > 0; number++) {
    const text = madeSource(number)
    const target = path.join(folder, 'made', String(number % 251), `${number}.ts`)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, text)
    left -= text.length
  }
}

function smallFiles(): { file: string; sizeBytes: number }[] {
  const found: { hash: string; file: string; sizeBytes: number }[] = []
  for (const root of ROOTS.filter((name) => fs.existsSync(name))) {
    for (const entry of fs.readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const file = path.join(entry.parentPath, entry.name)
      const { size } = fs.statSync(file)
      if (size === 0 || size > SMALL_FILE_MAX) continue
      found.push({ hash: createHash('md5').update(file).digest('hex'), file, sizeBytes: size })
    }
  }
  return found.sort((a, b) => (a.hash < b.hash ? -1 : 1))
}

function madeSource(number: number): string {
  const digest = createHash('sha256').update(String(number)).digest('hex')
  const lines = Array.from({ length: 200 }, (_, line) => {
    const word = digest.slice(line % 50, (line % 50) + 8)
    return `export const value_${line}_${word} = compute(${line}, '${word}') // of ${number}`
  })
  return lines.join('\n')
}

function makeRandomFile(folder: string, sizeMb: number): void {
  fs.mkdirSync(folder, { recursive: true })
  const stream = createCipheriv('aes-256-ctr', Buffer.alloc(32, 7), Buffer.alloc(16))
  const zeros = Buffer.alloc(MEGABYTE)
  const file = fs.openSync(path.join(folder, 'random.bin'), 'w')
  for (let megabyte = 0; megabyte < sizeMb; megabyte++) fs.writeSync(file, stream.update(zeros))
  fs.closeSync(file)
}
