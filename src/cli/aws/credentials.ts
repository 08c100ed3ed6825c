// Who signs: credentials from the environment and the shared files at once; everything that needs
// the network or a process (roles, SSO, containers, instances) through the AWS SDK's own chain,
// loaded only then.

import type * as client from '../../wire/index.ts'
import type { Surroundings } from '../../world/index.ts'
import type { Configuration } from './configuration.ts'
import { CommandFailure, EXIT, generalFailure } from './failure.ts'

const NONE = 'Unable to locate credentials. You can configure credentials by running "aws login".'

/** Finds the credentials. Throws CommandFailure: 253 when there are none, 255 for half of them. */
export async function findCredentials(
  configuration: Configuration,
  surroundings: Surroundings,
  region: string,
): Promise<client.Credentials> {
  const found =
    (configuration.profileIsExplicit ? undefined : fromEnvironment(surroundings)) ??
    (needsChain(configuration) ? undefined : fromFiles(configuration))
  if (found) return found
  if (!needsChain(configuration) && !chainMayKnow(surroundings)) throw noCredentials()
  checkRole(configuration)
  return await fromChain(configuration, region)
}

function noCredentials(cause?: unknown): CommandFailure {
  return new CommandFailure(NONE, EXIT.configuration, { code: 'NoCredentials', cause })
}

function fromEnvironment(surroundings: Surroundings): client.Credentials | undefined {
  const accessKeyId = surroundings.variable('AWS_ACCESS_KEY_ID')
  const secretAccessKey = surroundings.variable('AWS_SECRET_ACCESS_KEY')
  if (!accessKeyId) return undefined
  if (!secretAccessKey) {
    throw generalFailure('Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY')
  }
  const sessionToken =
    surroundings.variable('AWS_SESSION_TOKEN') || surroundings.variable('AWS_SECURITY_TOKEN')
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

// The credentials file beats a process, a process beats keys in the config file.
function fromFiles(configuration: Configuration): client.Credentials | undefined {
  for (const file of ['credentials', 'config'] as const) {
    const accessKeyId = configuration.settingIn(file, 'aws_access_key_id')
    if (accessKeyId === undefined) continue
    const secretAccessKey = configuration.settingIn(file, 'aws_secret_access_key')
    if (secretAccessKey === undefined) {
      const where = file === 'config' ? 'config-file' : 'shared-credentials-file'
      throw generalFailure(`Partial credentials found in ${where}, missing: aws_secret_access_key`)
    }
    const sessionToken = configuration.settingIn(file, 'aws_session_token')
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
  }
  return undefined
}

const CHAIN_SETTINGS = [
  'role_arn',
  'web_identity_token_file',
  'sso_session',
  'sso_start_url',
  'login_session',
]

function needsChain(configuration: Configuration): boolean {
  if (CHAIN_SETTINGS.some((name) => configuration.setting(name) !== undefined)) return true
  const hasKeys = configuration.settingIn('credentials', 'aws_access_key_id') !== undefined
  return !hasKeys && configuration.setting('credential_process') !== undefined
}

// The instance's own service is asked last, unless switched off.
function chainMayKnow(surroundings: Surroundings): boolean {
  const set = (name: string) => Boolean(surroundings.variable(name))
  if (set('AWS_CONTAINER_CREDENTIALS_FULL_URI')) return true
  if (set('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')) return true
  if (set('AWS_WEB_IDENTITY_TOKEN_FILE') && set('AWS_ROLE_ARN')) return true
  return surroundings.variable('AWS_EC2_METADATA_DISABLED')?.toLowerCase() !== 'true'
}

function checkRole(configuration: Configuration): void {
  if (configuration.setting('role_arn') === undefined) return
  if (configuration.setting('web_identity_token_file') !== undefined) return
  const source = configuration.setting('source_profile')
  if (source !== undefined && !configuration.hasProfile(source)) {
    throw generalFailure(
      `The source_profile "${source}" referenced in ` +
        `the profile "${configuration.profileName}" does not exist.`,
    )
  }
  if (source === undefined && configuration.setting('credential_source') === undefined) {
    throw generalFailure(
      'Partial credentials found in assume-role, missing: source_profile or credential_source',
    )
  }
}

async function fromChain(
  configuration: Configuration,
  region: string,
): Promise<client.Credentials> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
  const named = configuration.profileIsExplicit || needsChain(configuration)
  const provider = defaultProvider({
    ...(named ? { profile: configuration.profileName } : {}),
    clientConfig: { region },
  })
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await provider()
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
  } catch (error) {
    const message = (error as Error).message
    if (configuration.setting('credential_process') !== undefined) {
      throw generalFailure(processMessage(message), error)
    }
    if (needsChain(configuration)) throw generalFailure(message, error)
    throw noCredentials(error)
  }
}

function processMessage(message: string): string {
  const prefix = 'Error when retrieving credentials from custom-process: '
  return /did not return Version 1/.test(message)
    ? `${prefix}Unsupported version for credential process provider, supported versions: 1`
    : prefix + message
}
