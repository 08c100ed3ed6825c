// What can be backed up: directories, registered by path. A directory gets the ARN of an EFS file
// system with a random id, which it keeps; registering it again answers the same ARN.
//
// POST   /_copyhold/resources        {"path", "name"?, "type"?: "directory"} → {"ResourceArn", …}
// GET    /_copyhold/resources        → {"Resources": […], "NextToken"?}
// DELETE /_copyhold/resources/:arn   its recovery points stay

import path from 'node:path'
import type { ResourceRow, Tx } from '../../catalog/index.ts'
import { resources } from '../../catalog/index.ts'
import { Answer, formatResourceArn } from '../../model/index.ts'
import type { ApiContext } from '../context.ts'
import type { Extension, ExtensionRequest } from '../extension.ts'
import { pagesOf } from '../paging.ts'

const PATH_LENGTH_MAX = 4096
const NAME_LENGTH_MAX = 256
const PAGE_ROWS_MAX = 1000
const ID_BYTES = 9
const ID_DIGITS = 17

/** What to do where resources cannot be added and removed by request. */
const DECLARED =
  'On `copyhold serve` change `resources` in its configuration, check it with `copyhold serve ' +
  '--check`, and start the server again.'

/** Registers a directory of this server's. */
export const addResource: Extension = {
  method: 'POST',
  path: '/resources',
  // Elsewhere resources are declared in the configuration.
  devOnly: DECLARED,
  async answer(request, context) {
    const wanted = readWanted(request.body)
    const refused = await context.checkResource(wanted.path)
    if (refused) throw new Answer(refused)
    const row = await context.catalog.transaction((tx) => addOnce(tx, request, context, wanted))
    return describe(row)
  },
}

/** Lists the directories of the caller's account and Region, newest first. */
export const listResources: Extension = {
  method: 'GET',
  path: '/resources',
  async answer({ query, caller }, { catalog }) {
    const listing = { NextToken: query.nextToken, MaxResults: readMaxResults(query.maxResults) }
    const { page, tokenFor } = pagesOf('resources', listing, caller)
    const { account, region } = caller
    const { rows, next } = await catalog.read((tx) => resources.list(tx, { account, region, page }))
    return { Resources: rows.map(describe), NextToken: tokenFor(next) }
  },
}

/** Forgets a directory: it cannot be backed up any more, and its recovery points stay. */
export const removeResource: Extension = {
  method: 'DELETE',
  path: '/resources/:arn',
  devOnly: DECLARED,
  async answer({ params, caller }, { catalog }) {
    const arn = params.arn ?? ''
    await catalog.transaction(async (tx) => {
      const row = await resources.byArn(tx, arn)
      if (row?.account !== caller.account || row.region !== caller.region) {
        throw new Answer({ code: 'ResourceNotRegistered', arn })
      }
      await resources.remove(tx, arn)
    })
    return undefined
  },
}

interface Wanted {
  readonly path: string
  readonly name?: string
}

async function addOnce(
  tx: Tx,
  { caller }: ExtensionRequest,
  context: ApiContext,
  wanted: Wanted,
): Promise<ResourceRow> {
  const { account, region } = caller
  const existing = await resources.byPath(tx, { account, region, path: wanted.path })
  if (existing) return existing
  const id17hex = Buffer.from(context.random.bytes(ID_BYTES)).toString('hex').slice(0, ID_DIGITS)
  const row: ResourceRow = {
    arn: formatResourceArn({ type: 'EFS', region, account, id17hex }),
    account,
    region,
    type: 'EFS',
    name: wanted.name ?? (path.basename(wanted.path) || wanted.path),
    driver: 'directory',
    config: { path: wanted.path },
    createdAt: context.clock.now(),
  }
  await resources.add(tx, row)
  return row
}

function readWanted(body: unknown): Wanted {
  const { type = 'directory', path: given, name } = (body ?? {}) as Record<string, unknown>
  if (type !== 'directory') throw invalid('type', 'there is only directory')
  if (given === undefined) throw new Answer({ code: 'MissingParameter', parameter: 'path' })
  if (typeof given !== 'string' || !path.isAbsolute(given) || given.length > PATH_LENGTH_MAX) {
    throw invalid('path', 'it must be an absolute path')
  }
  if (given.includes('\0')) throw invalid('path', 'it holds a character that no path has')
  if (name !== undefined && (typeof name !== 'string' || name.length > NAME_LENGTH_MAX)) {
    throw invalid('name', `it must be a text of at most ${NAME_LENGTH_MAX} characters`)
  }
  // One directory, one ARN: `/a/b/` and `/a/./b` are `/a/b`.
  return { path: path.resolve('/', given), ...(name ? { name } : {}) }
}

function readMaxResults(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= PAGE_ROWS_MAX) return count
  throw invalid('maxResults', `it must be between 1 and ${PAGE_ROWS_MAX}`)
}

function invalid(parameter: string, reason: string): Answer {
  return new Answer({ code: 'InvalidParameter', parameter, reason })
}

function describe(row: ResourceRow) {
  return {
    ResourceArn: row.arn,
    ResourceType: row.type,
    ResourceName: row.name,
    Path: row.config.path,
    CreationDate: row.createdAt / 1000,
  }
}
