import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { TEMPORARY_PREFIX } from '../../../src/keycloak/realms.ts'
import { realmDiff } from '../../../src/operations/realm/realm-diff.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { postRegistration } from '../../helpers/keycloak/registration.ts'
import { sharedAdmin, type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { cli } from '../../helpers/program/cli.ts'
import { interruptedOutcome, locks, PRESSES, press, SEED } from '../../helpers/program/interruption.ts'
import { onTerminalOfOurs } from '../../helpers/program/terminal.ts'
import { seededRandom } from '../../helpers/suite/seeded-random.ts'

const keycloak = sharedKeycloak()
const REALM = 'interrupt-reset'
/** More moments in a longer run: `INTERRUPT_MOMENTS=20 npm test -- interrupt-reset`. */
const MOMENTS = Number(process.env.INTERRUPT_MOMENTS ?? 8)

const env = {
  MCP_KEYCLOAK_INSTANCE: keycloak.instance,
  MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder,
  MCP_KEYCLOAK_REALM: REALM,
}

let realm: TestRealm
let seconds = 600
/** How long a reset takes from its first step to its end. */
let spanMs: number

beforeAll(async () => {
  realm = await testRealm(REALM)
  const metadata = { redirect_uris: ['http://localhost:3117/callback'], token_endpoint_auth_method: 'none' }
  for (let count = 0; count < 5; count++) await postRegistration(realm.server, metadata)
  expect((await cli(['reset-realm'], { env })).exitCode).toBe(0) // gives the realm this machine's key
  const reset = await onTerminalOfOurs(['reset-realm', '--token-lifespan', String(++seconds)], env)
  await reset.shows('Resetting')
  const beganAt = Date.now()
  await reset.ended
  spanMs = Date.now() - beganAt
})
afterAll(() => realm[Symbol.asyncDispose]())

/** The parts that must be equal in the old and in the new realm. */
async function essence(): Promise<unknown> {
  const admin = await sharedAdmin()
  const of = { realm: REALM }
  const [clients, users, keys, scopes] = await Promise.all([
    admin.clients.find(of),
    admin.users.find(of),
    admin.realms.getKeys(of),
    admin.clientScopes.find(of),
  ])
  return {
    clients: clients.map(({ clientId }) => clientId).sort(),
    users: users.map(({ id, username }) => [username, id]).sort(),
    keys: keys.keys?.filter(({ type }) => type === 'RSA').map(({ publicKey }) => publicKey),
    scopes: scopes.map(({ name }) => name).sort(),
  }
}

async function lifespanSeconds(): Promise<number> {
  const { realms } = await sharedAdmin()
  return (await realms.findOne({ realm: REALM }))?.accessTokenLifespan ?? 0
}

/** Whether the realm matches the options that it remembers. */
async function drift(): Promise<readonly string[]> {
  const found = await realmDiff(await externalConfig(keycloak, { realm: REALM }))
  return found.drift.map(({ path }) => path)
}

async function temporaryRealms(): Promise<readonly string[]> {
  const { realms } = await sharedAdmin()
  const names = (await realms.find({ briefRepresentation: true })).map(({ realm: name = '' }) => name)
  return names.filter((name) => name.startsWith(TEMPORARY_PREFIX))
}

describe(`reset-realm, interrupted at ${MOMENTS} moments (seed ${SEED})`, () => {
  it('leaves the old or the new realm, whole, and nothing else', { timeout: 900_000 }, async () => {
    const random = seededRandom(SEED)
    const whole = await essence()
    const found = new Set<string>()
    let moment = 0
    // A reset that has come far is finished: later and later moments follow until one leaves the new realm.
    for (let run = 0; (moment < MOMENTS || found.size < 2) && run < 5 * MOMENTS; run++) {
      const [old, asked] = [await lifespanSeconds(), ++seconds]
      const [, pauses] = PRESSES[moment % PRESSES.length] ?? PRESSES[0]
      const reset = await onTerminalOfOurs(['reset-realm', '--token-lifespan', String(asked)], env)
      await reset.shows('Resetting')
      const beganAt = Date.now()
      const ended = reset.ended.then((result) => ({ ...result, elapsedMs: Date.now() - beganAt }))
      const late = moment < MOMENTS ? moment + random() : moment
      await sleep((late / MOMENTS) * spanMs)
      await press(reset, pauses)
      const { elapsedMs, ...result } = await ended
      const at = `moment ${moment}, ${pauses.length} times: ${result.seen}`
      // A key that is pressed while Node ends kills it: SIGINT, 254 on this terminal.
      if (result.exitCode === 0 || (result.exitCode === 254 && result.seen.includes(' is reset ')))
        spanMs = Math.min(spanMs, elapsedMs) // the signal came too late: the machine has become faster
      else {
        interruptedOutcome(result)
        moment++
      }
      const lifespan = await lifespanSeconds()
      expect([old, asked], at).toContain(lifespan)
      found.add(lifespan === old ? 'old' : 'new')
      expect(await essence(), at).toEqual(whole)
      expect(await drift(), at).toEqual([])
      expect(await temporaryRealms(), at).toEqual([])
      expect(await locks(keycloak.dataFolder), at).toEqual([])
    }
    expect(moment).toBeGreaterThanOrEqual(MOMENTS)
    expect([...found].sort()).toEqual(['new', 'old'])
  })
})
