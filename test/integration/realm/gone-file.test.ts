import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import type { Config } from '../../../src/config/schema.ts'
import { discover } from '../../../src/oauth/discover.ts'
import { logIn } from '../../../src/oauth/log-in.ts'
import { type RegisteredClient, registerClient } from '../../../src/oauth/register.ts'
import { env } from '../../../src/operations/env.ts'
import { resetRealm } from '../../../src/operations/reset-realm.ts'
import { snippetTargets } from '../../../src/operations/snippet-target.ts'
import { token } from '../../../src/operations/token.ts'
import { up } from '../../../src/operations/up.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { renderRealm } from '../../../src/realm/render.ts'
import { externalConfig } from '../../helpers/keycloak/external-config.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../../helpers/keycloak/public-client.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { inOrder } from '../../helpers/suite/in-order.ts'

inOrder('the last test replaces the file that the others miss')

const keycloak = sharedKeycloak()
const user = { username: 'testuser', password: 'password123' }

let folder: string
let file: string
let config: Config
let client: RegisteredClient

/** A realm of the user's own, made from a file that is gone since. */
beforeAll(async () => {
  folder = await mkdtemp(join(keycloak.dataFolder, 'realm-'))
  file = join(folder, 'mine.json')
  config = await externalConfig(keycloak, { realm: 'gone', proof: false })
  const own = renderRealm(await loadRealm(BASE_REALM_FILE), { ...NO_REALM_OPTIONS, realm: 'gone' })
  await writeFile(file, JSON.stringify({ ...own, displayName: 'Mine' }))
  await up({ ...config, realmFile: file, with: ['oauth-proxy'] })
  const server = await discover(`${keycloak.url}/realms/gone`)
  client = await registerClient(server, PUBLIC_CLIENT)
  await rm(file)
})
afterAll(async () => {
  await (await sharedAdmin()).realms.del({ realm: 'gone' })
  await rm(folder, { recursive: true })
})

describe('a realm whose file is gone', () => {
  it('token needs a given password when the realm file is gone', async () => {
    const options = { username: 'testuser', password: 'password123' }
    expect(await token(config, options)).toMatchObject({ username: 'testuser', clientId: 'mcp-client' })
    await expect(token(config)).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      why: expect.stringContaining(file),
      fix: expect.stringContaining('MCP_KEYCLOAK_USER_PASSWORD'),
    })
  })

  it('has its environment and its snippets from the server', async () => {
    const { variables } = await env(config)
    expect(variables).toMatchObject({
      KEYCLOAK_REALM: 'gone',
      KEYCLOAK_AUDIENCE: 'http://localhost:8000/mcp',
      MCP_OAUTH_CLIENT_ID: 'mcp_server',
      MCP_OAUTH_CLIENT_SECRET: expect.stringMatching(/^\w{8}/),
    })
    expect(variables).not.toHaveProperty('KEYCLOAK_TEST_USER')
    expect(await snippetTargets(config, 'mine')).toMatchObject([
      { preregistered: { clientId: 'mcp-client' } },
    ])
  })

  it('is not reset without it: the file is named, and how to give another', async () => {
    await expect(resetRealm(config)).rejects.toMatchObject({
      code: 'REALM_INVALID',
      message: expect.stringContaining(file),
      fix: expect.stringContaining('--realm-file'),
    })
  })

  it('a reset with a file that Keycloak refuses changes nothing', async () => {
    const broken = join(folder, 'broken.json')
    await writeFile(broken, JSON.stringify({ realm: 'gone', favouriteColour: 'green' }))
    const options = { ...config, realmFile: broken, with: [join(folder, 'empty.json')] }
    await writeFile(join(folder, 'empty.json'), '{}')
    await expect(resetRealm(options)).rejects.toMatchObject({ code: 'REALM_REFUSED' })
    const server = await discover(`${keycloak.url}/realms/gone`)
    await logIn(server, { client, redirectUri: REDIRECT, user })
  })

  it('is reset with another one, and keeps clients and consents', async () => {
    const other = join(folder, 'other.json')
    const own = renderRealm(await loadRealm(BASE_REALM_FILE), { ...NO_REALM_OPTIONS, realm: 'gone' })
    await writeFile(other, JSON.stringify({ ...own, displayName: 'Other' }))
    const report = await resetRealm({ ...config, realmFile: other })
    expect(report.kept).toMatchObject({ clients: [client.client_id], consents: expect.any(Number) })
    const found = await (await sharedAdmin()).realms.findOne({ realm: 'gone' })
    expect(found?.displayName).toBe('Other')
    const server = await discover(`${keycloak.url}/realms/gone`)
    await logIn(server, { client, redirectUri: REDIRECT, user })
    expect(await token(config)).toMatchObject({ username: 'testuser' })
  })
})
