import { afterAll, beforeAll, expect, it } from 'vitest'

import { inspector } from '../../../src/clients/inspector.ts'
import { resolveConfig } from '../../../src/config/resolve.ts'
import type { Config } from '../../../src/config/schema.ts'
import { type ExplainedLine, explainLogs } from '../../../src/operations/logs/explain-logs.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { makeWorld, type World } from './world.ts'

const REALM = 'told'
const shared = sharedKeycloak()
let world: World
let startedAt: string
beforeAll(async () => {
  world = await makeWorld(REALM, { trustedHost: ['kept.example'] })
  startedAt = new Date().toISOString()
  const { registration } = inspector
  await world.withPolicy('trusted-hosts', { 'trusted-hosts': ['localhost', '127.0.0.1'] }, () =>
    world.register({ ...registration }),
  )
  await world.register({ redirect_uris: ['https://evil.example/callback'] })
  await world.tokens(await world.client({ client_name: 'Good\u0007 client', scope: 'openid' }))
})
afterAll(() => world[Symbol.asyncDispose]())

async function told(config: Config) {
  const lines: ExplainedLine[] = []
  const notes: string[] = []
  for await (const line of explainLogs(config, { since: startedAt, onNote: (note) => notes.push(note) }))
    lines.push(line)
  return { lines, notes }
}

const ours = async (realm?: string) => {
  const { instance, dataFolder } = shared
  return (await resolveConfig({ flags: { instance, dataFolder, realm }, env: {}, cwd: dataFolder })).config
}

/** Its name without the bell of the terminal. */
const GOOD = 'Good\ufffd client'
const WELL = [
  [GOOD, 'registered'],
  [GOOD, 'logged testuser in, back to http://localhost:3117/callback'],
  [GOOD, 'got a token (openid)'],
]
const well = (lines: readonly ExplainedLine[]) =>
  lines
    .filter(({ realm, client, refused }) => realm === REALM && client === GOOD && !refused)
    .map(({ client, did }) => [client, did])

it("logs --explain shows each event once, with a command that keeps the realm's options", async () => {
  const { lines, notes } = await told(await ours(REALM))
  expect(notes).toEqual([])
  expect(well(lines)).toEqual(WELL)
  const refusals = lines.filter(({ refused }) => refused)
  expect(refusals).toMatchObject([
    {
      client: 'MCP Inspector',
      explanations: [{ id: 'client-uri-host-not-trusted', culprit: 'github.com' }],
    },
    {
      realm: REALM,
      did: 'asked to register',
      event: 'CLIENT_REGISTER_ERROR',
      explanations: [
        {
          id: 'redirect-host-not-trusted',
          culprit: 'evil.example',
          fix: `mcp-keycloak reset-realm --instance ${shared.instance} --realm told --trusted-host kept.example --trusted-host evil.example`,
        },
      ],
    },
  ])
})

it('logs --explain covers all managed realms without --realm', async () => {
  expect(well((await told(await ours())).lines)).toEqual(WELL)
})

it("logs --explain reads an external server's events and reports what is missing", async () => {
  const { lines, notes } = await told(await externalConfig(shared, { realm: REALM }))
  expect(notes).toEqual([expect.stringContaining('stored events')])
  expect(well(lines)).toEqual(WELL)
  expect(lines.filter(({ refused }) => refused)).toMatchObject(
    Array(2).fill({ explanations: [{ id: 'trusted-hosts', culprit: null }] }),
  )
})

it('says which realm stores no events, and tells its failures from the log', async () => {
  await world.changed({ eventsEnabled: false }, async () => {
    const { lines, notes } = await told(await ours(REALM))
    expect(notes).toEqual([expect.stringMatching(/"told" stores no events/)])
    expect(lines.filter(({ refused }) => refused)).toHaveLength(2)
  })
})

it('is refused for a realm that is not there, with those that are', async () => {
  for (const config of [await ours('nowhere'), await externalConfig(shared, { realm: 'nowhere' })]) {
    await expect(told(config)).rejects.toMatchObject({
      code: 'REALM_NOT_FOUND',
      why: expect.stringContaining(REALM),
    })
  }
})
