import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { SnippetsReport } from '../../../src/operations/snippets.ts'
import type { UpReport } from '../../../src/operations/up.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { cli, cliJson } from '../../helpers/program/cli.ts'

const keycloak = sharedKeycloak()
const REALM = 'remembered'
const ONE = 'http://localhost:9000/mcp'
const TWO = 'http://localhost:9001/mcp'
const env = {
  MCP_KEYCLOAK_INSTANCE: keycloak.instance,
  MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder,
  MCP_KEYCLOAK_REALM: REALM,
}

/** The policies that ask a user for consent, by who registers. */
async function consentPolicies() {
  const type = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'
  const policies = await (await sharedAdmin()).components.find({ realm: REALM, type })
  return policies.filter(({ providerId }) => providerId === 'consent-required')
}

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcp-keycloak-remembered-'))
  await cliJson<UpReport>(['up', '--mcp-url', ONE, '--mcp-url', TWO, '--no-consent', '--no-proof'], env)
})
afterAll(async () => {
  await rm(cwd, { recursive: true, force: true })
  await (await sharedAdmin()).realms.del({ realm: REALM })
})

describe('what a realm remembers', () => {
  it('status --verbose shows remembered options beside those of the call', async () => {
    const configFile = join(cwd, 'mcp-keycloak.config.json')
    await writeFile(configFile, '{"timeout": 90}')
    const { stdout } = await cli(['status', '--verbose', '--cache-folder', cwd], { env, cwd })
    const lines = stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '))
    expect(lines).toEqual(
      expect.arrayContaining([
        `Remembers  --mcp-url ["${ONE}","${TWO}"]`,
        '--consent false',
        `--cache-folder  "${cwd}"  (flag --cache-folder)`,
        `--instance  "${keycloak.instance}"  (environment MCP_KEYCLOAK_INSTANCE)`,
        `--timeout  90  (config file ${configFile})`,
        '--runtime  "auto"  (default)',
        expect.stringMatching(/^--consent {2}not set {2}\(default, /),
      ]),
    )
    await rm(configFile)
  })

  it('can be taken back: no consent page, and then one again', async () => {
    expect(await consentPolicies()).toEqual([])
    expect(await cliJson<UpReport>(['up', '--no-proof'], env)).toMatchObject({ realm: 'unchanged' })
    await cliJson(['reset-realm', '--consent'], env)
    expect((await consentPolicies()).length).toBeGreaterThan(0)
    expect(await cliJson<UpReport>(['up', '--no-proof'], env)).toMatchObject({ realm: 'unchanged' })
  })
})

describe('the snippets of a realm with two MCP URLs', () => {
  const named = async (...args: string[]) => {
    const { targets } = await cliJson<SnippetsReport>(['snippets', 'codex', ...args], env)
    return targets.map(({ serverName, mcpUrl }) => `${serverName} ${mcpUrl}`)
  }

  it('are for both, each under a name of its own', async () => {
    expect(await named()).toEqual([`my-mcp-server ${ONE}`, `my-mcp-server-2 ${TWO}`])
    expect(await named('--name', 'shop')).toEqual([`shop ${ONE}`, `shop-2 ${TWO}`])
  })

  it('are for one when that is asked for, whose name stays the same', async () => {
    expect(await named('--mcp-url', TWO)).toEqual([`my-mcp-server-2 ${TWO}`])
    expect(await named('--mcp-url', TWO, '--name', 'shop')).toEqual([`shop ${TWO}`])
  })

  it('snippets into a file print one server and name the other', async () => {
    const { stdout, stderr } = await cli(['snippets', 'fastmcp'], { env })
    expect(stdout.match(/mcp\.run\(/g)).toHaveLength(1)
    expect(stdout).toContain('port=9000')
    expect(stderr).toContain(`mcp-keycloak snippets fastmcp --mcp-url ${TWO}`)
  })
})
