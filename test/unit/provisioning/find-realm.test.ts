import { beforeEach, expect, it } from 'vitest'

import { type Config, configSchema } from '../../../src/config/schema.ts'
import { externalKeycloak } from '../../../src/instance/instance.ts'
import { watchEvents } from '../../../src/operations/logs/watch-events.ts'
import { writeBackup } from '../../../src/provisioning/backup.ts'
import { findRealm } from '../../../src/provisioning/find-realm.ts'
import { localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const TOKEN = `${part({ alg: 'none' })}.${part({ exp: 9_999_999_999 })}.x`

let config: Config

/** A Keycloak that has one realm, and is asked for another. */
beforeEach(async () => {
  const keycloakUrl = await localServer((request, response) => {
    const answer = request.url?.endsWith('/token')
      ? { access_token: TOKEN, refresh_token: TOKEN }
      : request.url?.includes('/realms/lost')
        ? undefined
        : [{ realm: 'shop' }]
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? {}))
  })
  config = configSchema.parse({
    keycloakUrl,
    adminPassword: 'secret',
    realm: 'lost',
    dataFolder: await tempFolder(),
  })
})

it('says which realms there are when the one that is meant is not there', async () => {
  expect(await refusal(() => findRealm(config))).toMatchObject({
    code: 'REALM_NOT_FOUND',
    exitCode: 3,
    why: 'The realms there: shop.',
    fix: expect.stringMatching(/mcp-keycloak up --realm lost$/),
  })
})

it('names the backup of a realm whose reset was cut off', async () => {
  const file = await writeBackup(externalKeycloak(config).folder, { realm: 'lost' })
  expect((await refusal(() => findRealm(config))).fix).toContain(`mcp-keycloak up --realm-file ${file};`)
})

it("a missing realm does not read the server's log", async () => {
  const error = await refusal(() => watchEvents(config, true, () => {}).next(0))
  expect(error.code).toBe('REALM_NOT_FOUND')
})
