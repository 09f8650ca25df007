import { afterAll, beforeAll, expect, it } from 'vitest'

import { PINNED_VERSION, TESTED_VERSIONS } from '../../src/config/versions.ts'
import { discover } from '../../src/oauth/discover.ts'
import { logIn } from '../../src/oauth/log-in.ts'
import { registerClient } from '../../src/oauth/register.ts'
import type { StatusReport } from '../../src/operations/status.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { PUBLIC_CLIENT, REDIRECT } from '../helpers/keycloak/public-client.ts'
import { cli, cliJson, START_MS } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'

const OLDER = TESTED_VERSIONS.find((version) => version !== PINNED_VERSION) ?? ''

let everyday: TestInstance
/** Another instance in the same data folder, whose port nobody chose. */
let old: Readonly<Record<string, string>>
beforeAll(async () => {
  everyday = await testInstance('java')
  const { MCP_KEYCLOAK_PORT: _, ...env } = everyday.env
  old = { ...env, MCP_KEYCLOAK_INSTANCE: 'old' }
})
afterAll(async () => {
  await cli(['down', '--all', '--purge', '--yes'], { env: everyday.env })
  await everyday[Symbol.asyncDispose]()
})

it(
  'an older version runs beside the pinned one and its data move up, never down',
  async () => {
    const now = await cliJson<UpReport>(['up', '--no-proof'], everyday.env)
    const first = await cliJson<UpReport>(['up', '--keycloak-version', OLDER], old)
    expect([now.version, first.version]).toEqual([PINNED_VERSION, OLDER])
    expect(first.endpoints.keycloakUrl).not.toBe(now.endpoints.keycloakUrl)
    await expect(cliJson<StatusReport>(['status'], everyday.env)).resolves.toMatchObject({
      version: PINNED_VERSION,
    })
    const client = await registerClient(await discover(first.endpoints.issuer), {
      client_name: 'from before',
      ...PUBLIC_CLIENT,
      scope: 'openid',
    })

    await cli(['down'], { env: old })
    const { stderr: running } = await cli(['exec', '--no-proof', '--', 'true'], { env: old })
    expect(running).toContain(`(Keycloak ${OLDER})`) // remembered, and so is the port
    expect((await cliJson<StatusReport>(['status'], old)).url).toBe(first.endpoints.keycloakUrl)

    await cli(['down'], { env: old })
    const newer = await cliJson<UpReport>(['up', '--keycloak-version', PINNED_VERSION], old)
    expect(newer).toMatchObject({ version: PINNED_VERSION, realm: 'unchanged', endpoints: first.endpoints })
    expect(newer.warnings).toEqual([expect.stringContaining(OLDER)])
    const user = { username: 'testuser', password: 'password123' }
    const server = await discover(newer.endpoints.issuer)
    const { access_token } = await logIn(server, { client, redirectUri: REDIRECT, user, scope: 'openid' })
    expect(access_token.split('.')).toHaveLength(3)

    await cli(['down'], { env: old })
    const back = await cli(['up', '--keycloak-version', OLDER], { env: old })
    expect([back.exitCode, back.stdout]).toEqual([2, ''])
    expect(back.stderr).toMatch(new RegExp(`${PINNED_VERSION} .*${OLDER}.*\\[VERSION_UNSUPPORTED\\]`))
  },
  5 * START_MS,
)
