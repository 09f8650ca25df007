import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { isOlderVersion } from '../../../src/config/versions.ts'
import { type Explanation, explainFailure } from '../../../src/explain/explain.ts'
import { joinLog, type Occurrence } from '../../../src/explain/join-log.ts'
import { eventsSince } from '../../../src/keycloak/log/events.ts'
import { parseLogEntry } from '../../../src/keycloak/log/log-entry.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { PROVOCATIONS } from './provocations.ts'
import { makeWorld, type World } from './world.ts'

const shared = sharedKeycloak()
const logFile = join(shared.dataFolder, 'instances', shared.instance, 'keycloak.log')

/** Where the samples of the unit tests come from: `RECORD_FAILURES=<file>` writes them anew. */
const recordTo = process.env.RECORD_FAILURES
const recorded: unknown[] = []

let world: World

afterAll(async () => {
  if (recordTo) await writeFile(recordTo, `${JSON.stringify(recorded, null, 2)}\n`)
})

const found = ([first]: readonly Explanation[]) => [first?.id, first?.culprit]
const expected = ([id, culprit]: readonly [string, (string | RegExp)?]) => [
  id,
  culprit instanceof RegExp ? expect.stringMatching(culprit) : culprit,
]

describe.each(
  PROVOCATIONS.map(([overlay, provocations]) => ({ overlay, provocations, title: overlay ?? 'none' })),
)('what the real server refuses, overlay: $title', ({ overlay, provocations }) => {
  const realm = ['explained', overlay].filter(Boolean).join('-')
  beforeAll(async () => {
    world = await makeWorld(realm, { with: overlay ? [overlay] : [] })
  })
  afterAll(() => world[Symbol.asyncDispose]())

  it.for(provocations)('is explained: $name', async ({ name, before: older, provoke, ...answers }) => {
    const isOlder = older !== undefined && isOlderVersion(inject('keycloakVersion'), older.version)
    const { seen, server } = isOlder ? older : answers
    const before = (await readFile(logFile)).length
    const startedMs = Date.now()
    const text = await provoke(world)
    const isExplained = (one: Occurrence) => explainFailure(one).length > 0
    const inLog = (await happenings(before)).filter(isExplained)
    const events = (await stored(startedMs)).filter(isExplained)
    const [told] = inLog.toReversed()
    if (recordTo)
      recorded.push({
        name,
        id: seen[0],
        server: server?.[0],
        text: text.replace(/(?:file:\/\/)?\/\S*?\/((?:node_modules|test)\/)/g, '$1'), // no paths of this machine
        logLines: told?.logLines,
        event: told?.event ?? events.at(-1)?.event,
      })

    expect(found(explainFailure({ text })), text).toEqual(expected(seen))
    if (!server) return expect([...inLog, ...events]).toEqual([])
    // An event that is no failure, such as that of an incomplete profile, is stored and not logged.
    const shown = told ?? events.at(-1)
    expect(shown && found(explainFailure(shown)), JSON.stringify(shown)).toEqual(expected(server))
    if (told?.event) expect(told.event.realm).toBe(realm)
  })
})

/** What the server's log has told since. */
async function happenings(from: number): Promise<readonly Occurrence[]> {
  const text = (await readFile(logFile)).subarray(from).toString('utf8')
  const joined = joinLog()
  const entries = text.split('\n').flatMap((line) => parseLogEntry(line) ?? [])
  return [...entries.flatMap((entry) => joined.push(entry)), ...joined.flush(Number.POSITIVE_INFINITY)]
}

async function stored(sinceMs: number): Promise<readonly Occurrence[]> {
  const events = await eventsSince(await world.realm.admin(), world.realm.name, sinceMs)
  return events.map((event) => ({ atMs: event.time, event, logLines: [] }))
}
