// The version this program says it is; a test holds it to package.json.

export const PROGRAM_VERSION = '0.1.0'

/**
 * What `--version` prints: one line that scripts made for AWS's command line can take apart. It
 * leads with the version whose behaviour is followed; `copyhold/` is our own.
 */
export function versionLine(system: string): string {
  return `aws-cli/${FOLLOWED_VERSION} Python/none ${system} copyhold/${PROGRAM_VERSION}`
}

/** The version of AWS's command line that ours does the same as. */
export const FOLLOWED_VERSION = '2.36.7'
