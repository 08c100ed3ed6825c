// Who signs, in the reference's order: credentials from the environment, the shared files and a
// program of the user's at once; everything that needs the network (roles, SSO, containers,
// instances) through the AWS SDK's own chain, loaded only then.

import * as client from '../../wire/index.ts'
import type { Surroundings } from '../../world/index.ts'
import type { Configuration } from './configuration.ts'
import { CommandFailure, EXIT, generalFailure } from './failure.ts'
import { isRecord, represent, show } from './python.ts'
import { parsePythonJson } from './python-json.ts'
import { instanceLimits } from './setting-checks.ts'
import { splitWords } from './words.ts'

const NONE = 'Unable to locate credentials. You can configure credentials by running "aws login".'

export interface CredentialSources {
  readonly configuration: Configuration
  readonly surroundings: Surroundings
  readonly region: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** The command line's own network, for services that hand out credentials. */
  send(request: client.OutgoingRequest): Promise<client.WireAnswer>
}

/** Finds the credentials. Throws CommandFailure: 253 when there are none, 255 for half of them. */
export async function findCredentials(sources: CredentialSources): Promise<client.Credentials> {
  const { configuration, surroundings } = sources
  const fromVariables = configuration.profileIsExplicit ? undefined : fromEnvironment(sources)
  if (fromVariables) return fromVariables
  checkWebIdentity(sources)
  if (profileNeedsChain(configuration)) {
    checkRole(configuration)
    return await fromChain(sources, { profile: configuration.profileName })
  }
  if (tokenFileIsSet(surroundings)) return await fromChain(sources, { withoutFiles: true })
  const shared = fromFile(configuration, 'credentials')
  if (shared) return shared
  if (configuration.setting('login_session') !== undefined) {
    return await fromChain(sources, { profile: configuration.profileName })
  }
  const line = configuration.setting('credential_process')
  if (line !== undefined) return await fromProcess(line, surroundings)
  const own = fromFile(configuration, 'config')
  if (own) return own
  if (!machineMayKnow(surroundings)) throw noCredentials()
  const container = CONTAINER.some((name) => surroundings.variable(name))
  if (container) checkContainer(surroundings)
  return await fromChain(sources, { withoutFiles: true, container })
}

function noCredentials(cause?: unknown): CommandFailure {
  return new CommandFailure(NONE, EXIT.configuration, { code: 'NoCredentials', cause })
}

function fromEnvironment(sources: CredentialSources): client.Credentials | undefined {
  const { surroundings } = sources
  const accessKeyId = surroundings.variable('AWS_ACCESS_KEY_ID')
  const secretAccessKey = surroundings.variable('AWS_SECRET_ACCESS_KEY')
  if (!accessKeyId) return undefined
  if (!secretAccessKey) {
    throw generalFailure('Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY')
  }
  const sessionToken =
    surroundings.variable('AWS_SECURITY_TOKEN') || surroundings.variable('AWS_SESSION_TOKEN')
  checkExpiration(sources)
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

function checkExpiration({ surroundings, now }: CredentialSources): void {
  const text = surroundings.variable('AWS_CREDENTIAL_EXPIRATION')
  if (!text) return
  const moment = client.parseMoment(text)
  if (moment === undefined) throw generalFailure(`Unknown string format: ${text}`)
  if (moment / 1000n > BigInt(now)) return
  throw generalFailure(
    'Credentials were refreshed, but the refreshed credentials are still expired.',
  )
}

function fromFile(
  configuration: Configuration,
  file: 'credentials' | 'config',
): client.Credentials | undefined {
  const accessKeyId = configuration.settingIn(file, 'aws_access_key_id')
  if (accessKeyId === undefined) return undefined
  const secretAccessKey = configuration.settingIn(file, 'aws_secret_access_key')
  if (secretAccessKey === undefined) {
    const where = file === 'config' ? 'config-file' : 'shared-credentials-file'
    throw generalFailure(`Partial credentials found in ${where}, missing: aws_secret_access_key`)
  }
  const sessionToken = configuration.settingIn(file, 'aws_session_token')
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

const CHAIN_SETTINGS = ['role_arn', 'web_identity_token_file', 'sso_role_name', 'sso_account_id']

function profileNeedsChain(configuration: Configuration): boolean {
  return CHAIN_SETTINGS.some((name) => configuration.setting(name) !== undefined)
}

function tokenFileIsSet(surroundings: Surroundings): boolean {
  return ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_ROLE_ARN'].every((name) =>
    Boolean(surroundings.variable(name)),
  )
}

// A token without a role, or one that is not there.
function checkWebIdentity({ configuration, surroundings }: CredentialSources): void {
  const of = (variable: string, name: string) =>
    surroundings.variable(variable) ?? configuration.setting(name)
  const file = of('AWS_WEB_IDENTITY_TOKEN_FILE', 'web_identity_token_file')
  if (!file) return
  if (!of('AWS_ROLE_ARN', 'role_arn')) {
    throw generalFailure(
      'The provided profile or the current environment is configured to assume role with web ' +
        'identity but has no role ARN configured. Ensure that the profile has the role_arn' +
        'configuration set or the AWS_ROLE_ARN env var is set.',
    )
  }
  checkFile(file, surroundings)
}

function checkFile(path: string, surroundings: Surroundings): void {
  if (surroundings.exists(path)) return
  throw generalFailure(`[Errno 2] No such file or directory: ${represent(path)}`)
}

const CONTAINER = [
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
] as const
const CONTAINER_HOSTS = ['169.254.170.2', '169.254.170.23', 'fd00:ec2::23', 'localhost']

function checkContainer(surroundings: Surroundings): void {
  checkContainerHost(surroundings)
  const token = surroundings.variable('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')
  if (token) checkFile(token, surroundings)
}

// Credentials are not asked for in the clear from anywhere but the machine itself.
function checkContainerHost(surroundings: Surroundings): void {
  const [relative, full] = CONTAINER.map((name) => surroundings.variable(name))
  const match = /^http:\/\/(\[[^\]]*\]|[^:/?#]*)/i.exec(full ?? '')
  const host = match?.[1]?.replace(/^\[|\]$/g, '').toLowerCase()
  if (relative || host === undefined || CONTAINER_HOSTS.includes(host)) return
  if (/^127\.|^::1$/.test(host)) return
  throw generalFailure(
    `Unsupported host '${host}'.  Can only retrieve metadata from a loopback address or ` +
      `one of these hosts: ${CONTAINER_HOSTS.join(', ')}`,
  )
}

// A container's own service, or the instance's unless switched off.
function machineMayKnow(surroundings: Surroundings): boolean {
  if (CONTAINER.some((name) => surroundings.variable(name))) return true
  return surroundings.variable('AWS_EC2_METADATA_DISABLED')?.toLowerCase() !== 'true'
}

const SOURCES = ['Ec2InstanceMetadata', 'EcsContainer', 'Environment']

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
  const place = configuration.setting('credential_source')
  if (place !== undefined && !SOURCES.includes(place)) {
    throw generalFailure(
      `The credential source "${place}" referenced in profile ` +
        `"${configuration.profileName}" is not valid.`,
    )
  }
  if (source === undefined && place === undefined) {
    throw generalFailure(
      'Partial credentials found in assume-role, missing: source_profile or credential_source',
    )
  }
}

// A program of the user's that prints credentials as JSON; started without a shell.
async function fromProcess(line: string, surroundings: Surroundings): Promise<client.Credentials> {
  const failed = (why: string, cause?: unknown) =>
    generalFailure(`Error when retrieving credentials from custom-process: ${why}`, cause)
  const command = splitWords(line)
  const program = await surroundings
    .startProgram(command, { env: surroundings.variables(), input: 'inherit', output: 'keep' })
    .catch((error: Error) => {
      const missing = `[Errno 2] No such file or directory: ${represent(command[0] ?? '')}`
      const { code } = error as NodeJS.ErrnoException
      throw generalFailure(code === 'ENOENT' ? missing : error.message, error)
    })
  const { code, out, err } = await program.end()
  if (code !== 0) throw failed(err)
  const said = parseObject(out)
  const version = said.Version ?? '<Version key not provided>'
  if (version !== 1) {
    const supported = 'for credential process provider, supported versions: 1'
    throw failed(`Unsupported version '${show(version)}' ${supported}`)
  }
  const [accessKeyId, secretAccessKey] = ['AccessKeyId', 'SecretAccessKey'].map((key) => {
    if (said[key] === undefined) throw failed(`Missing required key in response: '${key}'`)
    return String(said[key])
  }) as [string, string]
  const sessionToken = said.SessionToken ? String(said.SessionToken) : undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value = parsePythonJson(text)
    return isRecord(value) ? value : {}
  } catch (error) {
    throw generalFailure((error as Error).message, error)
  }
}

async function fromChain(
  { configuration, region, send }: CredentialSources,
  from: { profile?: string; withoutFiles?: boolean; container?: boolean },
): Promise<client.Credentials> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
  const { sdkRequestHandler } = await import('./sdk-requests.ts')
  const nowhere = { filepath: '/dev/null', configFilepath: '/dev/null' }
  const { timeoutMs, attempts } = instanceLimits(configuration)
  const provider = defaultProvider({
    timeout: timeoutMs,
    maxRetries: attempts - 1,
    ...(from.profile === undefined ? {} : { profile: from.profile }),
    ...(from.withoutFiles ? nowhere : {}),
    clientConfig: { region, requestHandler: sdkRequestHandler(send) },
  })
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await provider()
    return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) }
  } catch (error) {
    if (isServiceAnswer(error)) throw refusedBy(error, configuration)
    const { message } = error as Error
    if (from.profile !== undefined) throw generalFailure(message, error)
    if (from.container) {
      const asked = 'Error when retrieving credentials from container-role'
      throw generalFailure(`${asked}: Error retrieving metadata: ${message}`, error)
    }
    throw noCredentials(error)
  }
}

function isServiceAnswer(error: unknown): error is Error {
  return error instanceof Error && '$fault' in error
}

// The service that was to hand out credentials said no, which is told like any other refusal.
function refusedBy(error: Error, configuration: Configuration): CommandFailure {
  const role = configuration.setting('role_arn') !== undefined
  const token = configuration.setting('web_identity_token_file') !== undefined
  const sso = configuration.setting('sso_start_url') ?? configuration.setting('sso_session')
  const operation =
    sso !== undefined && !role
      ? 'GetRoleCredentials'
      : role && !token
        ? 'AssumeRole'
        : 'AssumeRoleWithWebIdentity'
  const message = `An error occurred (${error.name}) when calling the ${operation} operation`
  return new CommandFailure(`${message}: ${error.message}`, EXIT.service, { cause: error })
}
