// `copyhold init`: a first configuration with a generated key, in a folder where there is none yet.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { FIRST_KEY_BYTES, FIRST_SECRET, firstConfiguration, firstKey } from '../config/index.ts'
import { systemRandom } from '../world/index.ts'

export interface FirstFiles {
  readonly configuration: string
  readonly secret: string
  /** An AWS configuration file with the key, for AWS_CONFIG_FILE. */
  readonly profile: string
  readonly accessKeyId: string
}

/** There is a configuration already, and it stays as it is. */
export class AlreadyThere extends Error {
  constructor(file: string) {
    super(`${file} is there already and was left as it is; choose another folder`)
    this.name = 'AlreadyThere'
  }
}

/** Writes the files, each readable by this user alone. Throws AlreadyThere. */
export function writeFirstConfiguration(
  folder: string,
  choice: { readonly account: string; readonly region: string },
): FirstFiles {
  const whole = path.resolve(folder)
  const files = {
    configuration: path.join(whole, 'copyhold.yaml'),
    secret: path.join(whole, FIRST_SECRET),
    profile: path.join(whole, 'secrets', 'aws-config'),
  }
  for (const file of Object.values(files)) if (existsSync(file)) throw new AlreadyThere(file)
  const { accessKeyId, secret } = firstKey({
    id: systemRandom.bytes(FIRST_KEY_BYTES.id),
    secret: systemRandom.bytes(FIRST_KEY_BYTES.secret),
  })
  mkdirSync(whole, { recursive: true, mode: 0o700 })
  mkdirSync(path.dirname(files.secret), { recursive: true, mode: 0o700 })
  writeNew(files.secret, `${secret}\n`)
  writeNew(files.profile, profile({ ...choice, accessKeyId, secret }))
  writeNew(files.configuration, firstConfiguration({ ...choice, accessKeyId }))
  return { ...files, accessKeyId }
}

function writeNew(file: string, text: string): void {
  writeFileSync(file, text, { flag: 'wx', mode: 0o600, flush: true })
}

function profile(of: { region: string; accessKeyId: string; secret: string }): string {
  return `[profile copyhold]
region = ${of.region}
aws_access_key_id = ${of.accessKeyId}
aws_secret_access_key = ${of.secret}
services = copyhold

[services copyhold]
backup =
  endpoint_url = http://127.0.0.1:8750
`
}
