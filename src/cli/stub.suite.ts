// What the command line's tests share: a server that plays answers and keeps the requests, and a
// host whose environment, files and terminal are the test's own.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type StartProgram, systemFiles, systemHttp, systemRandom } from '../world/index.ts'
import type { Host, Serving } from './host.ts'

export interface CannedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly body?: string
}

export interface KeptRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface Stub {
  readonly url: string
  readonly requests: KeptRequest[]
}

/** Answers a request; what it answers undefined to gets the next canned answer. */
export type Answering = (request: KeptRequest) => CannedAnswer | undefined

/** Runs `work` against a server that plays `answers` in order, the last one again and again. */
export async function withStub<T>(
  answers: readonly CannedAnswer[] | Answering,
  work: (stub: Stub) => Promise<T>,
): Promise<T> {
  const requests: KeptRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part as Buffer)
    const { method = '', url = '', headers } = incoming
    const request = { method, url, headers, body: Buffer.concat(parts).toString() }
    const at = requests.push(request) - 1
    const answer =
      typeof answers === 'function' ? answers(request) : answers[Math.min(at, answers.length - 1)]
    outgoing.writeHead(answer?.status ?? 200, {
      'content-type': 'application/json',
      ...answer?.headers,
    })
    outgoing.end(answer?.body ?? JSON.stringify(answer?.json ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await work({ url: `http://127.0.0.1:${port}`, requests })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** For tests that serve no configuration. */
export const noServing: Serving = {
  start: () => Promise.reject(new Error('no configuration in this test')),
  check: () => Promise.reject(new Error('no configuration in this test')),
  schema: () => Promise.reject(new Error('no schema in this test')),
  init: () => Promise.reject(new Error('no files in this test')),
}

export interface FakeHost extends Host {
  readonly printed: { out: string; err: string }
  /** As if the user pressed Ctrl-C. */
  interrupt(): void
}

/** A host with a few variables and files; sleeping costs no time but moves the clock on. */
export function fakeHost(given: {
  /** Undefined takes away a variable that is set otherwise. */
  variables?: Readonly<Record<string, string | undefined>>
  files?: Readonly<Record<string, string>>
  startProgram?: StartProgram
  /** Standard output is a terminal. */
  outIsTerminal?: boolean
}): FakeHost {
  const printed = { out: '', err: '' }
  const variables: Record<string, string | undefined> = {
    HOME: '/home/nobody',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...given.variables,
  }
  let now = Date.UTC(2026, 10, 22, 12)
  const handlers = new Set<(signal: 'SIGINT') => void>()
  return {
    printed,
    interrupt: () => {
      for (const handler of handlers) handler('SIGINT')
    },
    startServer: () => Promise.reject(new Error('no server in this test')),
    rebuildCatalog: () => Promise.reject(new Error('no catalog in this test')),
    adoptStore: () => Promise.reject(new Error('no store in this test')),
    serving: noServing,
    terminal: {
      out: (text) => {
        printed.out += String(text)
      },
      err: (text) => {
        printed.err += text
      },
      inIsTerminal: false,
      outIsTerminal: given.outIsTerminal ?? false,
      errIsTerminal: false,
      columns: () => 80,
      errStream: process.stderr,
    },
    surroundings: {
      variable: (name) => variables[name],
      variables: () => variables as Record<string, string>,
      currentFolder: '/home/nobody',
      homeFolder: '/home/nobody',
      temporaryFolder: '/tmp',
      exists: (path) => given.files?.[path] !== undefined,
      readFile(path) {
        const text = given.files?.[path]
        if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
        return Buffer.from(text)
      },
      onInterrupt(handler) {
        handlers.add(handler)
        return () => handlers.delete(handler)
      },
      exit: (code) => {
        throw new Error(`exit ${code}`)
      },
      system: 'Linux/6.1.0',
      startProgram: given.startProgram ?? (() => Promise.reject(new Error('no programs here'))),
    },
    http: systemHttp,
    clock: {
      now: () => now,
      monotonicMs: () => now,
      sleep: async (ms, signal) => {
        if (!signal?.aborted) now += ms
      },
    },
    random: systemRandom,
    files: systemFiles,
  }
}
