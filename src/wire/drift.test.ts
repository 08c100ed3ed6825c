// Goal: what the newest SDK knows, the service model knows. Method: the SDK's runtime schemas
// (arrays: kind, namespace, name, traits, then members and their schemas, or input and output) are
// compared with the model; a difference is mended in `model/additions.json`, with its reason.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as sdk from '@aws-sdk/client-backup'
import { model, structureNamed } from './service-model.ts'

type Schema = readonly unknown[]

const STRUCTURE = 3
const EXCEPTION = -3
const OPERATION = 9

const schemas: Schema[] = Object.values(sdk).filter((value: unknown) => Array.isArray(value))

function schemasOf(kind: number): Map<string, Schema> {
  const found = schemas.filter((schema) => schema[0] === kind)
  return new Map(found.map((schema) => [String(schema[2]), schema]))
}

test('the model has the operations of the SDK, each at the same method and path', () => {
  const ofSdk = [...schemasOf(OPERATION)].map(([name, schema]) => {
    const { http } = schema[3] as { http: [string, string, number] }
    return [name, http[0], plain(http[1]), http[2]]
  })
  const ofModel = Object.values(model.operations).map(({ name, http }) => [
    name,
    http.method,
    plain(http.requestUri),
    http.responseCode ?? 200,
  ])
  assert.equal(ofModel.length, 109)
  assert.deepEqual(ofModel.sort(), ofSdk.sort())
})

test('the model has the members of every structure of the SDK, and no other', () => {
  const drift: string[] = []
  const structures = [...schemasOf(STRUCTURE), ...schemasOf(EXCEPTION)].filter(
    ([name]) => name !== 'BackupServiceException',
  )
  for (const [name, schema] of structures) {
    const shape = structureNamed(name)
    const members = schema[4] as string[]
    const requiredCount = Number(schema[6] ?? 0)
    const known = Object.keys(shape.members)
    for (const member of members) if (!known.includes(member)) drift.push(`${name} lacks ${member}`)
    for (const member of known) if (!members.includes(member)) drift.push(`${name} has ${member}`)
    // The SDK puts the required members first and says how many they are.
    const required = members.slice(0, requiredCount).sort()
    if (required.join() !== [...(shape.required ?? [])].sort().join()) {
      drift.push(`${name} requires ${required.join()}`)
    }
  }
  assert.deepEqual(drift, [])
})

test('the model has the values of every enumeration of the SDK', () => {
  const drift: string[] = []
  for (const [name, shape] of Object.entries(model.shapes)) {
    if (shape.type !== 'string' || !shape.enum) continue
    const values = Object.values((sdk as Record<string, unknown>)[name] ?? {})
    if ([...values].sort().join() !== [...shape.enum].sort().join()) drift.push(name)
  }
  assert.deepEqual(drift, [])
})

// The SDK strips trailing slashes and writes the member's name into the label.
function plain(uri: string): string {
  return uri.replace(/\/(?=\?|$)/, '').replaceAll(/\{\w+\}/g, '{}')
}
