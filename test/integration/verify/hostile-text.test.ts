import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { logIn } from '../../../src/oauth/log-in.ts'
import type { RegisteredClient } from '../../../src/oauth/register.ts'
import { escapesIn, HOSTILE } from '../../helpers/hostile/hostile-text.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { postRegistration } from '../../helpers/keycloak/registration.ts'
import { type TestRealm, testRealm } from '../../helpers/keycloak/test-realm.ts'
import { cli } from '../../helpers/program/cli.ts'
import { onTerminalOfOurs } from '../../helpers/program/terminal.ts'

const keycloak = sharedKeycloak()
const NAME = 'hostile-text'
const env = { MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder, MCP_KEYCLOAK_INSTANCE: keycloak.instance }

let realm: TestRealm
beforeAll(async () => {
  realm = await testRealm(NAME)
  const { server } = realm
  const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', client_name: HOSTILE }
  const { status, body } = await postRegistration(server, metadata)
  expect(status).toBe(201)
  const client = body as unknown as RegisteredClient
  // What Keycloak refuses of it goes into its log and its events.
  await postRegistration(server, { ...metadata, scope: HOSTILE })
  await postRegistration(server, { ...metadata, redirect_uris: [`http://evil.test/${HOSTILE}`] })
  await postRegistration(server, { ...metadata, client_uri: `http://evil.test/\u202e`, [HOSTILE]: HOSTILE })
  for (const user of [
    { username: HOSTILE, password: 'x' },
    { username: 'testuser', password: 'password123' },
  ])
    await logIn(server, { client, redirectUri: REDIRECT, user, scope: 'openid' }).catch(() => {})
  const { realms, clients, roles } = await realm.admin()
  await realms.update({ realm: NAME }, { displayName: HOSTILE, attributes: { hostile: HOSTILE } })
  await clients.create({ realm: NAME, clientId: `hostile ${HOSTILE}`, name: HOSTILE, publicClient: true })
  await roles.create({ realm: NAME, name: `hostile ${HOSTILE}` })
})
afterAll(() => realm[Symbol.asyncDispose]())

const inRealm = ['--realm', NAME]
const COMMANDS: readonly (readonly string[])[] = [
  ['clients', 'list', ...inRealm],
  ['clients', 'prune', '--unused', '--dry-run', ...inRealm],
  ['clients', 'delete', HOSTILE, ...inRealm],
  ['clients', 'delete', `hostile ${HOSTILE}`, ...inRealm],
  ['status', '--verbose'],
  ['logs', '--since', '10m'],
  ['logs', '--explain', '--since', '10m', ...inRealm],
  ['doctor', ...inRealm],
  ['realm', 'diff', ...inRealm],
  ['realm', 'export', ...inRealm],
  ['reset-realm', '--dry-run', ...inRealm],
  ['env', ...inRealm],
  ['snippets', ...inRealm],
  ['token', '--decode', ...inRealm],
  ['token', '--user', HOSTILE, ...inRealm],
  ['token', '--client', HOSTILE, ...inRealm],
  ['token', '--scope', HOSTILE, ...inRealm],
]

describe('texts of strangers in a real realm steer no terminal', () => {
  it.each(COMMANDS.map((command) => [command.slice(0, 2).join(' '), command] as const))(
    '%s',
    async (_, command) => {
      const terminal = await onTerminalOfOurs(command, { ...env, NO_COLOR: '', COLORTERM: 'truecolor' })
      const { seen } = await terminal.ended
      expect(seen.trim()).not.toBe('')
      expect(escapesIn(seen, true), seen).toEqual([])
      const { stdout, stderr } = await cli([...command, '--json'], { env })
      expect(escapesIn(`${stdout}${stderr}`)).toEqual([])
    },
  )

  it('and the list shows the client', async () => {
    const { stdout } = await cli(['clients', 'list', ...inRealm], { env })
    expect(stdout).toContain('x|\ufffd[2J')
    expect(stdout.trimEnd().split('\n')).toHaveLength(4)
  })

  it('and the export of the realm loses nothing', async () => {
    const { stdout } = await cli(['realm', 'export', ...inRealm], { env })
    expect(JSON.parse(stdout)).toMatchObject({ displayName: HOSTILE })
  })
})
