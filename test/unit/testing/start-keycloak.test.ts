import { afterEach, expect, it, vi } from 'vitest'

import { ownConfig } from '../../../src/testing/start-keycloak.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it('startKeycloak takes its runtime from the environment, but no external Keycloak', async () => {
  vi.stubEnv('MCP_KEYCLOAK_RUNTIME', 'java')
  expect(await ownConfig({})).toMatchObject({ runtime: 'java' })
  vi.stubEnv('MCP_KEYCLOAK_KEYCLOAK_URL', 'http://localhost:1')
  expect(await ownConfig({})).toMatchObject({ runtime: 'java', keycloakUrl: undefined })
  expect(await ownConfig({ runtime: 'compose' })).toMatchObject({
    runtime: 'compose',
    keycloakUrl: undefined,
  })
})

it('listens where nobody does, whatever the ports of the everyday server are', async () => {
  vi.stubEnv('MCP_KEYCLOAK_PORT', '18080')
  vi.stubEnv('MCP_KEYCLOAK_MANAGEMENT_PORT', '19000')
  const { port, managementPort } = await ownConfig({})
  expect(port).not.toBe(18080)
  expect(managementPort).toBeUndefined()
  const asked = { port: 18081, managementPort: 19001 }
  expect(await ownConfig(asked)).toMatchObject(asked)
})

it('has a realm under a name that nobody has, unless it is given one', async () => {
  const [one, two] = [await ownConfig({}), await ownConfig({})]
  expect(one.realm).toMatch(/^mcp-keycloak-test-/)
  expect(one.realm).not.toBe(two.realm)
  expect(await ownConfig({ realm: 'shop' })).toMatchObject({ realm: 'shop' })
})
