// What a server counts, in Prometheus's text format. Each server has its own registry, so that two
// fit in one process.

import { Counter, Gauge, Registry } from 'prom-client'
import type { MetricSources } from './options.ts'

export interface Metrics {
  /** One request answered; `operation` is AWS's name, or `other`. */
  countRequest(operation: string, status: number): void
  /** The exposition. */
  text(): Promise<string>
  readonly contentType: string
}

export function openMetrics(sources: MetricSources): Metrics {
  const registers = [new Registry()]
  const [registry] = registers
  if (!registry) throw new Error('unreachable')
  const requests = new Counter({
    name: 'copyhold_requests_total',
    help: 'Requests answered, by operation and status.',
    labelNames: ['operation', 'status'],
    registers,
  })
  new Gauge({
    name: 'copyhold_jobs',
    help: 'Jobs in the catalog, by kind and state.',
    labelNames: ['kind', 'state'],
    registers,
    async collect() {
      const counts = await sources.jobs()
      this.reset()
      for (const { kind, state, count } of counts) this.set({ kind, state }, count)
    },
  })
  for (const [name, what] of BYTES) {
    new Counter({
      name: `copyhold_bytes_${name}_total`,
      help: `Bytes ${what} since the server started.`,
      registers,
      collect() {
        this.reset()
        this.inc(sources.bytes()[name])
      },
    })
  }
  return {
    countRequest: (operation, status) => requests.inc({ operation, status: String(status) }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

const BYTES = [
  ['read', 'read from resources'],
  ['copied', 'put into vaults'],
  ['reused', 'found in a vault and not put again'],
] as const
