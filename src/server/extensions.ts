// What AWS lacks, below `/_copyhold`. Writes must show that no web page sent them: a header and a
// content type that a page cannot send to another origin without asking first.

import { authenticate, type Caller, isSigned, rootOf } from '../access/index.ts'
import { BadId, parseAccountId, parseRegionName } from '../model/index.ts'
import { decodePath, parseJson, parseQuery, WireError } from '../wire/index.ts'
import { type EventOptions, openEvents } from './events.ts'
import type { Exchange, ServerReply } from './exchange.ts'
import type { ExtensionRequest, HttpOptions, ServedExtension } from './options.ts'

/** An extension and the parameters its path was asked with. */
export interface ExtensionRoute<Context> {
  readonly extension: ServedExtension<Context>
  readonly params: Readonly<Record<string, string>>
}

/** Whether a raw URL is ours and not AWS's. */
export function isExtensionUrl(rawUrl: string): boolean {
  return /^\/_copyhold([/?]|$)/.test(rawUrl)
}

/** Every extension, of whatever method, that a raw URL names. */
export function extensionsAt<Context>(
  extensions: readonly ServedExtension<Context>[],
  rawUrl: string,
): ExtensionRoute<Context>[] {
  const segments = decodePath(rawUrl.split('?', 1)[0] ?? '').slice(1)
  if (segments.includes('')) return []
  return extensions.flatMap((extension) => {
    const wanted = decodePath(extension.path)
    if (wanted.length !== segments.length) return []
    const params: [string, string][] = []
    for (const [i, segment] of wanted.entries()) {
      const given = segments[i] ?? ''
      if (segment.startsWith(':')) params.push([segment.slice(1), given])
      else if (segment !== given) return []
    }
    return [{ extension, params: Object.fromEntries(params) }]
  })
}

/** Throws `WireError` for a write without its marks, and for what only `dev` may do. */
export function checkExtension<Context>(
  { extension }: ExtensionRoute<Context>,
  { method, headers }: Exchange,
  { authentication }: HttpOptions<Context>,
): void {
  if (extension.devOnly && authentication.mode !== 'dev') {
    throw denied(`Only a development server does this. ${extension.devOnly}`)
  }
  if (method === 'GET' || method === 'HEAD') return
  if (headers['x-copyhold'] === undefined) throw denied('This needs the header x-copyhold.')
  const type = String(headers['content-type'] ?? '').split(';', 1)[0]
  if (type?.trim().toLowerCase() !== 'application/json') {
    const message = 'This needs the header content-type: application/json.'
    throw new WireError({ shape: 'UnsupportedMediaTypeException', status: 415, message })
  }
}

/** What the extension is asked: its parameters, query, body and caller. */
export async function readExtension<Context>(
  { params }: ExtensionRoute<Context>,
  exchange: Exchange,
  options: HttpOptions<Context>,
): Promise<ExtensionRequest> {
  const mark = exchange.rawUrl.indexOf('?')
  const values = parseQuery(mark < 0 ? '' : exchange.rawUrl.slice(mark + 1))
  const query = Object.fromEntries([...values].map(([key, [first = '']]) => [key, first]))
  const caller = await callerOf(exchange, query, options)
  return { params, query, body: parseJson(exchange.body), caller }
}

/** The answer as JSON, or as events to who wants events; undefined is 204. */
export async function answerExtension<Context>(
  { extension }: ExtensionRoute<Context>,
  request: ExtensionRequest,
  serving: EventOptions & { readonly context: Context; readonly accept: string },
): Promise<ServerReply> {
  const { context } = serving
  const wantsEvents = serving.accept.includes('text/event-stream')
  if (extension.stream && (wantsEvents || !extension.answer)) {
    const values = extension.stream(request, context, serving.signal)
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
    return { status: 200, headers, body: await openEvents(values, serving) }
  }
  const output = await extension.answer?.(request, context)
  if (output === undefined) return { status: 204, headers: {}, body: '' }
  const headers = { 'content-type': 'application/json' }
  return { status: 200, headers, body: JSON.stringify(output) }
}

async function callerOf<Context>(
  exchange: Exchange,
  query: Readonly<Record<string, string>>,
  { authentication }: HttpOptions<Context>,
): Promise<Caller> {
  if (authentication.mode !== 'dev' || isSigned(exchange)) {
    return await authenticate(exchange, authentication)
  }
  try {
    return rootOf(
      parseAccountId(query.account ?? '000000000000'),
      parseRegionName(query.region ?? 'us-east-1'),
    )
  } catch (cause) {
    if (!(cause instanceof BadId)) throw cause
    const message = `The query's account or region is ${cause.message}.`
    const shape = 'InvalidParameterValueException'
    throw new WireError({ shape, status: 400, message }, { cause })
  }
}

function denied(message: string): WireError {
  return new WireError({ shape: 'AccessDeniedException', status: 403, message })
}
