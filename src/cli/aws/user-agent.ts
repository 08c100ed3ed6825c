// The name that requests go by, with what the environment and the profile add to it.

import { PROGRAM_VERSION } from '../version.ts'
import type { Configuration } from './configuration.ts'

/** `more` says what asks. */
export function userAgentOf(configuration: Configuration, more?: string): string {
  const place = configuration.variable('AWS_EXECUTION_ENV')
  const application = configuration.either(['AWS_SDK_UA_APP_ID'], 'sdk_ua_app_id')
  const parts = [
    `copyhold/${PROGRAM_VERSION}`,
    place ? `exec-env/${plain(place)}` : undefined,
    more,
    application ? `app/${plain(application)}` : undefined,
  ]
  return parts.filter((part) => part !== undefined).join(' ')
}

// Characters that a token of a header cannot have become dashes.
const plain = (text: string) => text.replace(/[^!$%&'*+.^_`|~\w#-]/g, '-')
