// The local keyring: a folder with one file per key, `<account>/<region>/<key id>.json`, readable
// by its owner alone. A key is created durably and once, whoever else creates it at the same time;
// it is read anew for every use, so that a key taken away is gone at once.

import path from 'node:path'
import { Answer, DiskFull, Trouble } from '../model/index.ts'
import type { Disk, DurableFolders, Random } from '../world/index.ts'
import {
  diskTrouble,
  errnoOf,
  linkNew,
  openDurableFolders,
  removeFile,
  saysDiskFull,
  writeDurably,
} from '../world/index.ts'
import { parseKeyArn } from './key-arn.ts'
import { formatKeyFile, readKeyFile } from './key-file.ts'
import { KEY_BYTES, type KeyContext, type KeyService } from './key-service.ts'
import { checkAt, checkKeyFiles, TEMPORARY } from './permissions.ts'
import { unwrapKey, wrapKey } from './wrapping.ts'

export interface KeyringOptions {
  /** Absolute path; made if absent. */
  readonly folder: string
  readonly disk: Disk
  readonly random: Random
}

/**
 * Opens the keyring. Throws Trouble, naming the file and the command that mends it, when a folder
 * or key file may be read by others or belongs to somebody else.
 */
export async function openKeyring(options: KeyringOptions): Promise<KeyService> {
  const { folder, disk } = options
  return orTrouble(`open the keyring ${folder}`, async () => {
    const folders = await openDurableFolders(disk, folder)
    await checkAt(disk, folder)
    await checkKeyFiles(disk, folder)
    return new Keyring(options, folders)
  })
}

const KEY_FILE_MODE = 0o600
const NONCE_BYTES = 12
/** Each time another opening clears our temporary file away, we write it again. */
const CREATE_ATTEMPTS_MAX = 5

class Keyring implements KeyService {
  readonly #options: KeyringOptions
  readonly #folders: DurableFolders
  /** Keys whose files this opening knows to be durable. */
  readonly #durable = new Set<string>()

  constructor(options: KeyringOptions, folders: DurableFolders) {
    this.#options = options
    this.#folders = folders
  }

  ensureKey(arn: string): Promise<void> {
    return orTrouble(`create the key ${arn}`, async () => {
      const file = this.#pathOf(arn)
      const there = await this.#options.disk.stat(file)
      if (there === undefined) await this.#create(arn, file)
      // Also for a key that was there, or came first: it is used only if it can be.
      await this.#load(arn)
      if (this.#durable.has(arn)) return
      await this.#folders.ensure(path.dirname(file))
      await this.#folders.sync([path.dirname(file)])
      this.#durable.add(arn)
    })
  }

  wrap(arn: string, key: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    return orTrouble(`use the key ${arn}`, async () => {
      const wrappingKey = await this.#load(arn)
      return wrapKey(key, this.#options.random.bytes(NONCE_BYTES), { wrappingKey, context })
    })
  }

  unwrap(arn: string, wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array> {
    return orTrouble(`use the key ${arn}`, async () => {
      const wrappingKey = await this.#load(arn)
      const opened = unwrapKey(wrapped, { wrappingKey, context })
      if (opened instanceof Uint8Array) return opened
      const reason = `the key does not open what was given to it: ${opened.refused}`
      throw unusable(arn, reason, 'inaccessible')
    })
  }

  #pathOf(arn: string): string {
    const parts = parseKeyArn(arn)
    if (parts === undefined)
      throw unusable(arn, 'it is not the ARN of a key of this keyring', 'missing')
    return path.join(this.#options.folder, parts.account, parts.region, `${parts.keyId}.json`)
  }

  /** The key's bytes; throws Answer KeyUnusable, or Trouble when its file is not safe. */
  async #load(arn: string): Promise<Uint8Array> {
    const found = await readKeyFile(this.#options.disk, this.#pathOf(arn))
    if ('unusable' in found) throw unusable(arn, found.unusable, found.problem)
    if (found.arn !== arn) {
      throw unusable(arn, `its file is that of another key, ${found.arn}`, 'inaccessible')
    }
    if (found.state !== 'enabled') throw unusable(arn, 'the key is disabled')
    return found.key
  }

  async #create(arn: string, file: string): Promise<void> {
    const { disk, random, folder } = this.#options
    const temporary = path.join(folder, TEMPORARY, random.uuid())
    const key = random.bytes(KEY_BYTES)
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#folders.ensure(path.dirname(file))
        await this.#folders.ensure(path.dirname(temporary))
        const bytes = formatKeyFile({ arn, state: 'enabled', key })
        await writeDurably(disk, { path: temporary, bytes, mode: KEY_FILE_MODE })
        try {
          // A name that is taken is another's key, come first: that one is the key.
          await linkNew(disk, temporary, file)
        } finally {
          await removeFile(disk, temporary)
        }
        return
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || attempt === CREATE_ATTEMPTS_MAX) throw error
        for (const each of [path.dirname(file), path.dirname(path.dirname(file))]) {
          this.#folders.forget(each)
        }
        this.#folders.forget(path.dirname(temporary))
      }
    }
  }
}

function unusable(keyArn: string, reason: string, problem?: 'missing' | 'inaccessible'): Answer {
  return new Answer({ code: 'KeyUnusable', keyArn, reason, ...(problem && { problem }) })
}

async function orTrouble<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const known = diskTrouble(error)
    if (known === undefined) throw error
    const message = `cannot ${doing}: ${known.sentence}`
    if (saysDiskFull(error)) throw new DiskFull('the keyring', { detail: message, cause: error })
    throw new Trouble(message, { retryable: known.retryable, cause: error })
  }
}
