// What an article of the catalogue is, and the facts that fill it in.

/** What is known about one job or message. What is not known is told as a placeholder. */
export interface Facts {
  readonly jobId?: string
  readonly sourceVaultArn?: string
  readonly sourceVaultName?: string
  readonly sourceRegion?: string
  readonly sourceAccount?: string
  readonly destinationVaultArn?: string
  readonly destinationVaultName?: string
  readonly destinationRegion?: string
  readonly destinationAccount?: string
  readonly recoveryPointArn?: string
  readonly roleArn?: string
  readonly resourceArn?: string
  readonly resourceType?: string
  readonly keyArn?: string
  /** Of the organization that the caller's account is in. */
  readonly managementAccount?: string
  /** Days the copy would be kept; 'ever' when endless. */
  readonly retention?: string
  readonly minRetentionDays?: string
  readonly maxRetentionDays?: string
  /** What a message names besides. */
  readonly name?: string
  readonly path?: string
  readonly reason?: string
  readonly status?: string
  readonly state?: string
  readonly pack?: string
  readonly tag?: string
}

/** One way to mend it: a sentence, and what to paste. */
export interface Fix {
  readonly do: string
  /** A policy document, or an array of commands' words. */
  readonly paste?: Paste
}

export type Paste =
  | { readonly kind: 'policy'; readonly document: unknown }
  | { readonly kind: 'command'; readonly line: string }

/** Where a failure shows: as an ended job's message, or as the answer to the request. */
export type Appears = 'job' | 'request' | 'both'

/** One failure: how it reads, what it means, what mends it. */
export interface Article {
  /** A short name that never changes. */
  readonly id: string
  readonly title: string
  readonly appears: Appears
  /** Whether the text is AWS's or only Copyhold's. */
  readonly said: 'AWS' | 'Copyhold'
  /** The texts, letter for letter; `{name}` stands for a value that is then a fact. */
  readonly texts: readonly string[]
  /** How else it may read; looked for when no text fits. */
  readonly like?: readonly RegExp[]
  readonly means: string
  fixes(fill: Fill): readonly Fix[]
}

/** A fact, or a placeholder in angle brackets that says what belongs there. */
export type Fill = (name: keyof Facts) => string

/** Fills from facts. */
export function filler(facts: Facts): Fill {
  return (name) => facts[name] ?? PLACEHOLDERS[name] ?? `<${plainName(name)}>`
}

const plainName = (name: string) => name.replace(/([A-Z])/g, (letter) => `-${letter.toLowerCase()}`)

const PLACEHOLDERS: Partial<Record<keyof Facts, string>> = {
  destinationVaultArn:
    'arn:aws:backup:<destination-region>:<destination-account>:backup-vault:<destination-vault>',
  destinationVaultName: '<destination-vault>',
  sourceVaultName: '<source-vault>',
  roleArn: 'arn:aws:iam::<source-account>:role/<copy-role>',
  keyArn: 'arn:aws:kms:<region>:<account>:key/<key-id>',
}

/** A command to paste. */
export const command = (line: string): Paste => ({ kind: 'command', line })

/** A policy to paste: one statement in a document of its own. */
export const policy = (...statements: readonly unknown[]): Paste => ({
  kind: 'policy',
  document: { Version: '2012-10-17', Statement: statements },
})
