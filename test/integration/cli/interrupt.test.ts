import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

import { TEMPORARY_PREFIX } from '../../../src/keycloak/realms.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { postRegistration } from '../../helpers/keycloak/registration.ts'
import { sharedAdmin, type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { startMcpServer } from '../../helpers/mcp/mcp-server.ts'
import { interruptedOutcome, locks, PRESSES, press, SEED } from '../../helpers/program/interruption.ts'
import { onTerminalOfOurs, type Terminal } from '../../helpers/program/terminal.ts'
import { seededRandom } from '../../helpers/suite/seeded-random.ts'

const keycloak = sharedKeycloak()
const REALM = 'interrupt'

/** A client that was registered before, and still exists afterwards. */
const REGISTERED = 30

/** The outcome of a command that was faster than the key. */
const DONE_BY_THEN = 'the command had finished by then.'

let realm: TestRealm
let before: readonly string[]
const random = seededRandom(SEED)

beforeAll(async () => {
  realm = await testRealm(REALM)
  await registerMore(REGISTERED)
  before = await clientIds()
})
afterAll(() => realm[Symbol.asyncDispose]())
afterEach(async () => {
  expect(await clientIds()).toEqual(before)
  expect(await temporaryRealms()).toEqual([])
  expect(await locks(keycloak.dataFolder)).toEqual([])
})

const command = (...args: readonly string[]) =>
  onTerminalOfOurs(args, {
    MCP_KEYCLOAK_INSTANCE: keycloak.instance,
    MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder,
    MCP_KEYCLOAK_REALM: REALM,
  })

/** Waits for a fact, or for the end of the command. */
async function fact(terminal: Terminal, isSo: () => Promise<boolean>): Promise<void> {
  let isOver = false
  void terminal.ended.then(() => {
    isOver = true
  })
  while (!(await isSo())) if (isOver) throw new Error(`it had ended: ${(await terminal.ended).seen}`)
}

async function clientIds(): Promise<readonly string[]> {
  const { clients } = await sharedAdmin()
  return (await clients.find({ realm: REALM })).map(({ clientId = '' }) => clientId).sort()
}

async function temporaryRealms(): Promise<readonly string[]> {
  const { realms } = await sharedAdmin()
  const all = await realms.find({ briefRepresentation: true }).catch(() => []) // 500 while one is being deleted
  return all.flatMap(({ realm: name = '' }) => (name.startsWith(TEMPORARY_PREFIX) ? [name] : []))
}

async function registerMore(howMany: number): Promise<void> {
  const metadata = { redirect_uris: ['http://localhost:3117/callback'], token_endpoint_auth_method: 'none' }
  for (let count = 0; count < howMany; count++)
    expect((await postRegistration(realm.server, { ...metadata, client_name: `one ${count}` })).status).toBe(
      201,
    )
}

const aClientIsPlayed = async () => (await clientIds()).length > before.length
const aRealmIsMade = async () => (await temporaryRealms()).length > 0

describe.each(PRESSES)(`%s (seed ${SEED})`, (_, pauses) => {
  it('ends doctor, which deletes the clients that it plays', async () => {
    const doctor = await command('doctor')
    await fact(doctor, aClientIsPlayed)
    await sleep(random() * 500)
    await press(doctor, pauses)
    expect(interruptedOutcome(await doctor.ended)).toMatch(/clients .* deleted/)
  })

  it('ends verify, which deletes its clients and its realm', async () => {
    await using server = await startMcpServer({ issuer: realm.server.issuer })
    for (const isSo of [aClientIsPlayed, aRealmIsMade]) {
      const verify = await command('verify', server.mcpUrl)
      await fact(verify, isSo)
      await sleep(random() * 100)
      await press(verify, pauses)
      expect(interruptedOutcome(await verify.ended)).toContain('are removed')
    }
  })

  it('ends realm diff and realm export, which remove the realm to compare with', async () => {
    for (const name of ['diff', 'export']) {
      let outcome = DONE_BY_THEN
      for (let pause = 300; outcome === DONE_BY_THEN && pause > 1; pause /= 2) {
        // The import of a file is kept, so each diff has another one to try.
        const other = name === 'diff' ? ['--token-lifespan', String(60 + Math.round(pause))] : []
        const compared = await command('realm', name, ...other)
        await fact(compared, aRealmIsMade).catch(() => {}) // on a fast machine it is done soon
        await sleep(random() * pause)
        await press(compared, pauses)
        const result = await compared.ended
        if (result.exitCode === 130) outcome = interruptedOutcome(result)
      }
      expect(outcome).toMatch(/realms? .* removed/)
    }
  })

  it('ends clients prune, which says how many are deleted', async () => {
    const prune = await command('clients', 'prune', '--unused', '--yes')
    await prune.shows('Deleting')
    await sleep(random() * 200)
    await press(prune, pauses)
    const outcome = interruptedOutcome(await prune.ended)
    const [, deleted, all] = /^(\d+) of (\d+) clients were deleted\./.exec(outcome) ?? []
    const left = await clientIds()
    expect([all, left.length], outcome).toEqual([String(REGISTERED), before.length - Number(deleted)])
    for (const clientId of left) expect(before).toContain(clientId)
    await registerMore(before.length - left.length)
    before = await clientIds()
  })

  it('answers the question of clients prune: nothing is deleted', async () => {
    const prune = await command('clients', 'prune', '--unused')
    await prune.shows('[y/N]')
    await press(prune, pauses.slice(0, 1)) // the first one has closed the question
    expect(interruptedOutcome(await prune.ended)).toBe('nothing was changed.')
  })
})

it.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends doctor in the same way, with %i', async (signal, exitCode) => {
  const doctor = await command('doctor')
  await fact(doctor, aClientIsPlayed)
  doctor.signal(signal)
  interruptedOutcome(await doctor.ended, exitCode)
})

it('goes on with clean-up when the window of the terminal is closed', async () => {
  const doctor = await command('doctor')
  await fact(doctor, aClientIsPlayed)
  doctor.hangUp()
  expect((await doctor.ended).exitCode).toBe(129)
})
