// The recorded cases of AWS's command line (version 2.36.7, newer groups 2.38.1, which answers the
// older ones alike): arguments, environment, files and canned answers, with what it printed, how it
// ended and what it sent. One case a line.

import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface CaseAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | null>>
  readonly json?: unknown
  readonly body?: string
  /** Seconds before the answer. */
  readonly delay?: number
  /** Hang up without an answer. */
  readonly close?: boolean
}

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly sigv4: string
  readonly credential: string
  readonly body: string
}

export interface Outcome {
  readonly rc: number | string
  readonly stdout: string
  readonly stderr: string
  readonly requests: readonly SeenRequest[]
}

type Stream = 'stdout' | 'stderr'

export interface CliCase {
  readonly id: string
  readonly note: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string | { readonly hex: string }>>
  readonly responses?: readonly CaseAnswer[]
  readonly stdin?: string
  /** Standard output is a terminal of this size. */
  readonly pty?: { readonly cols: number; readonly all?: boolean; readonly type?: string }
  /** Seconds until Ctrl-C. */
  readonly sigint_after?: number
  /** How a part is compared; exactly where nothing is said. */
  readonly modes?: Readonly<Partial<Record<Stream | 'requests', string>>>
  readonly contains?: Readonly<Partial<Record<Stream, readonly string[]>>>
  readonly regex?: Readonly<Partial<Record<Stream, string>>>
  readonly expect: Outcome
  /** Other right answers. */
  readonly alternatives?: readonly Outcome[]
}

/** The cases of one group. */
export function casesOf(group: string): CliCase[] {
  const file = path.join(import.meta.dirname, `${group}.ndjson`)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as CliCase)
}
