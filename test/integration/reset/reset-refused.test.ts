import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import type { Config } from '../../../src/config/schema.ts'
import { externalKeycloak } from '../../../src/instance/instance.ts'
import { discover, type ServerMetadata } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { type RegisteredClient, registerClient } from '../../../src/oauth/register.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { token } from '../../../src/operations/token.ts'
import { up } from '../../../src/operations/up.ts'
import { newestBackup } from '../../../src/provisioning/backup.ts'
import { BUILT_IN_CLIENTS } from '../../../src/realm/built-in-clients.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { renderRealm } from '../../../src/realm/render.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'

inOrder('the last group deletes the realm and brings it back')

const keycloak = sharedKeycloak()
const REALM = 'refused'
const user = { username: 'testuser', password: 'password123' }

let folder: string
let config: Config
let server: ServerMetadata
let client: RegisteredClient
let before: Awaited<ReturnType<typeof state>>

/** A realm in use, in which somebody has made a user, a client and a group by hand. */
beforeAll(async () => {
  folder = await mkdtemp(join(keycloak.dataFolder, 'overlay-'))
  config = await externalConfig(keycloak, { realm: REALM, proof: false })
  await up(config)
  server = await discover(`${keycloak.url}/realms/${REALM}`)
  client = await registerClient(server, {
    ...PUBLIC_CLIENT,
    token_endpoint_auth_method: 'client_secret_post',
    scope: 'openid mcp:tools',
  })
  const admin = await sharedAdmin()
  await admin.groups.create({ realm: REALM, name: 'staff' })
  await admin.users.create({
    realm: REALM,
    username: 'by-hand',
    email: 'by-hand@example.com',
    emailVerified: true,
    enabled: true,
    groups: ['/staff'],
    credentials: [{ type: 'password', value: 'by-hand-too' }],
  })
  await admin.clients.create({ realm: REALM, clientId: 'client-by-hand', secret: 'made-by-hand' })
  before = await state()
})
afterAll(async () => {
  await (await sharedAdmin()).realms.del({ realm: REALM })
  await rm(folder, { recursive: true })
})

describe('a reset that Keycloak refuses', () => {
  it('has not touched the realm: even who is logged in still is', async () => {
    const { refresh_token = '' } = await loggedIn()
    await expect(resetRealm(await withOverlay({ favouriteColour: 'green' }))).rejects.toMatchObject({
      code: 'REALM_REFUSED',
      message: expect.stringMatching(`"${REALM}" .*"favouriteColour"`),
    })
    expect(await state()).toEqual(before)
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token,
      client_id: client.client_id,
      client_secret: client.client_secret ?? '',
    })
    expect((await fetch(server.token_endpoint ?? '', { method: 'POST', body })).status).toBe(200)
  })

  it.each([false, true])('at the last moment puts the realm back (--hard: %s)', async (hard) => {
    const admin = await sharedAdmin()
    const [taken] = await admin.users.find({ realm: 'master' })
    // Keycloak takes a user's id once only in all its realms; the trial is without ids.
    const own = renderRealm(await loadRealm(BASE_REALM_FILE), { ...NO_REALM_OPTIONS, realm: REALM })
    const realmFile = join(folder, 'twin.json')
    await writeFile(realmFile, JSON.stringify({ ...own, users: [{ id: taken?.id, username: 'twin' }] }))
    await expect(resetRealm({ ...config, realmFile }, { hard })).rejects.toMatchObject({
      code: 'REALM_REFUSED',
    })
    expect(await state()).toEqual(before)
    expect(decodeJwt((await loggedIn()).access_token)).toMatchObject({ azp: client.client_id })
    await token(config, { bad: 'aud' })
  })
})

describe('the backup of a reset', () => {
  it('the backup has what was created by hand, but no key', async () => {
    const { backup } = await resetRealm(config)
    const text = await readFile(backup ?? '', 'utf8')
    for (const made of ['by-hand', 'client-by-hand', 'made-by-hand', '/staff', client.client_id])
      expect(text).toContain(`"${made}"`)
    expect(text).not.toContain('privateKey')
  })

  it('a reset that was cut off restores the realm, which can be reset again', async () => {
    await (await sharedAdmin()).realms.del({ realm: REALM })
    const file = await newestBackup(externalKeycloak(config).folder, REALM)
    await expect(resetRealm(config)).rejects.toMatchObject({
      code: 'REALM_NOT_FOUND',
      fix: expect.stringContaining(`up --realm-file ${file}`),
    })
    const report = await up({ ...config, realm: undefined, realmFile: file })
    expect(report).toMatchObject({ realm: 'created', endpoints: { realm: REALM } })
    expect(await state()).toEqual(before)
    await loggedIn()
    const { kept, dropped } = await resetRealm(config)
    expect(kept).toMatchObject({ signingKey: true, clients: [client.client_id] })
    expect(dropped).toEqual({ clients: [], users: [] })
    expect(await state()).toEqual(before)
    await loggedIn()
  })
})

async function withOverlay(content: object): Promise<Config> {
  const overlay = join(folder, 'overlay.json')
  await writeFile(overlay, JSON.stringify(content))
  return { ...config, with: [overlay] }
}

function loggedIn() {
  return logIn(server, { client, redirectUri: REDIRECT, user, scope: 'openid mcp:tools' })
}

/** What has to outlast it. */
async function state() {
  const admin = await sharedAdmin()
  const users = await admin.users.find({ realm: REALM, briefRepresentation: false })
  const people = users.map(async ({ id = '', username, email }) => ({
    id,
    username,
    email,
    groups: (await admin.users.listGroups({ realm: REALM, id })).map(({ path }) => path),
    roles: (await admin.users.listRealmRoleMappings({ realm: REALM, id })).map(({ name }) => name).sort(),
  }))
  const clients = await admin.clients.find({ realm: REALM })
  const { keys } = (await (await fetch(server.jwks_uri ?? '')).json()) as { keys: { kid: string }[] }
  return {
    users: await Promise.all(people),
    clients: clients
      .map(({ clientId = '', secret, defaultClientScopes }) => ({
        clientId,
        // Those of Keycloak's own that nobody logs in with get one when they are read from a file.
        secret: BUILT_IN_CLIENTS.includes(clientId) ? undefined : secret,
        scopes: defaultClientScopes?.sort(),
      }))
      .sort((one, other) => one.clientId.localeCompare(other.clientId)),
    kids: keys.map(({ kid }) => kid),
  }
}
