// `copyhold init`: writes a first configuration with a generated key, and says how to go on. The
// secret is written to files that this user alone may read, and not to the terminal.

import { EXIT } from '../aws/failure.ts'
import type { Host } from '../host.ts'
import { UsageMistake } from './run.ts'

export interface InitOptions {
  readonly folder?: string
  readonly account: string
  readonly region: string
}

/** Throws when there is a configuration already. */
export async function init(options: InitOptions, host: Host): Promise<number> {
  const { serving, surroundings, terminal } = host
  const { folder = '.', account, region } = options
  if (!/^\d{12}$/.test(account)) {
    throw new UsageMistake(`--account ${account} is not an account: use 12 digits.`)
  }
  if (!/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region)) {
    throw new UsageMistake(`--region ${region} is not a Region: use one such as eu-central-1.`)
  }
  const whole = folder.startsWith('/') ? folder : `${surroundings.currentFolder}/${folder}`
  const files = await serving.init(whole, { account, region })
  terminal.out(`The configuration is ${files.configuration}
The access key ${files.accessKeyId} has its secret in ${files.secret}

Its AWS profile is ${files.profile} (for ~/.aws/config, or as it is):

  [profile copyhold]
  region = ${region}
  aws_access_key_id = ${files.accessKeyId}
  aws_secret_access_key = <the text of ${files.secret}>
  services = copyhold

  [services copyhold]
  backup =
    endpoint_url = http://127.0.0.1:8750

Declare under resources what is to be backed up, then:

  copyhold serve --config ${files.configuration}
  export AWS_CONFIG_FILE=${files.profile} AWS_PROFILE=copyhold
  aws backup create-backup-vault --backup-vault-name daily
`)
  return EXIT.success
}
