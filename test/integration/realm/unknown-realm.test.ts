import { describe, expect, it } from 'vitest'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { cli } from '../../helpers/program/cli.ts'

const { url, admin, dataFolder, realm } = sharedKeycloak()
const env = {
  MCP_KEYCLOAK_KEYCLOAK_URL: url,
  MCP_KEYCLOAK_ADMIN_PASSWORD: admin.password,
  MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
}

describe('a realm that is not there', () => {
  it.each([
    ['snippets', 'fastmcp'],
    ['token'],
    ['env'],
    ['reset-realm'],
    ['clients', 'list'],
    ['clients', 'prune', '--unused'],
    ['clients', 'delete', 'some-client'],
    ['realm', 'diff'],
    ['realm', 'export'],
  ])('%s %s: exit 3, and those that are there are named', async (...args) => {
    const words = args.filter(Boolean)
    const { exitCode, stdout, stderr } = await cli([...words, '--realm', 'nowhere'], { env })
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toContain(`There is no realm "nowhere" at ${url}.  [REALM_NOT_FOUND]`)
    expect(stderr).toMatch(new RegExp(`The realms there: .*\\b${realm}\\b`))
    expect(stderr).not.toContain('master')
  })
})
