import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { CONFIG_FILE_NAME } from '../../../src/config/config-file.ts'
import { type ConfigSources, resolveConfig } from '../../../src/config/resolve.ts'
import { CONFIG_KEYS, type ConfigKey } from '../../../src/config/schema.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Resolves in a folder of its own, with nothing from this machine's environment. */
async function resolveIn(sources: ConfigSources & { readonly file?: unknown }, folder?: string) {
  const cwd = folder ?? (await tempFolder())
  const { file, ...rest } = sources
  if (file !== undefined) await writeFile(join(cwd, CONFIG_FILE_NAME), JSON.stringify(file))
  return { cwd, ...(await resolveConfig({ env: {}, cwd, ...rest })) }
}

describe('an option', () => {
  it('has its default where nothing is said, and the realm file decides the rest', async () => {
    const { config, origins, configFile } = await resolveIn({})
    expect(new Set(Object.values(origins))).toEqual(new Set(['default']))
    expect(Object.keys(origins)).toEqual(CONFIG_KEYS)
    expect(configFile).toBeUndefined()
    expect(config).toMatchObject({
      instance: 'default',
      runtime: 'auto',
      timeout: 180,
      proof: true,
      mcpUrl: [],
    })
    expect([config.realm, config.port, config.realmFile]).toEqual([undefined, undefined, undefined])
  })

  it('comes from the flag, else from the environment, else from the config file', async () => {
    const { config, origins, sources, cwd } = await resolveIn({
      flags: { port: '1001' },
      env: { MCP_KEYCLOAK_PORT: '1002', MCP_KEYCLOAK_INSTANCE: 'from-env' },
      file: { port: 1003, instance: 'from-file', realm: 'from-file' },
    })
    expect(config).toMatchObject({ port: 1001, instance: 'from-env', realm: 'from-file' })
    expect(origins).toMatchObject({
      port: 'flag',
      instance: 'environment',
      realm: 'config file',
      timeout: 'default',
    })
    expect(sources).toMatchObject({
      port: '--port',
      instance: 'MCP_KEYCLOAK_INSTANCE',
      realm: join(cwd, CONFIG_FILE_NAME),
      timeout: null,
    })
  })

  it('the source of a switch is the flag that was given', async () => {
    expect((await resolveIn({ flags: { proof: false } })).sources.proof).toBe('--no-proof')
    expect((await resolveIn({ flags: { proof: true } })).sources.proof).toBe('--proof')
  })

  it('is not taken from the config file when that is left out', async () => {
    const { config, configFile } = await resolveIn({ file: { realm: 'from-file' }, configFile: false })
    expect([config.realm, configFile]).toEqual([undefined, undefined])
  })

  it('is not set by an empty variable', async () => {
    const { config, origins } = await resolveIn({ env: { MCP_KEYCLOAK_PORT: '' }, file: { port: 1003 } })
    expect([config.port, origins.port]).toEqual([1003, 'config file'])
  })

  it('is a list of words in the environment', async () => {
    const env = { MCP_KEYCLOAK_MCP_URL: ' http://a.test/mcp\thttp://b.test/mcp ' }
    expect((await resolveIn({ env })).config.mcpUrl).toEqual(['http://a.test/mcp', 'http://b.test/mcp'])
  })

  it('may have words in quotes in the environment', async () => {
    const env = { MCP_KEYCLOAK_SCOPE: 'api:read:"Read your data"  api:write' }
    expect((await resolveIn({ env })).config.scope).toEqual(['api:read:"Read your data"', 'api:write'])
    const unclosed = await refusal(() => resolveIn({ env: { MCP_KEYCLOAK_SCOPE: 'api:read:"Read' } }))
    expect(unclosed.message).toContain('"api:read:\\"Read"')
  })

  it.each([
    ['0', false],
    ['false', false],
    ['no', false],
    ['1', true],
    ['true', true],
    ['yes', true],
  ])('is a switch in the environment: %s', async (text, value) => {
    expect((await resolveIn({ env: { MCP_KEYCLOAK_PROOF: text } })).config.proof).toBe(value)
  })

  it('takes KEYCLOAK_HOME for --keycloak-home, after our own variable', async () => {
    const env = { KEYCLOAK_HOME: '/opt/kc' }
    const theirs = await resolveIn({ env, file: { keycloakHome: '/other' } })
    expect([theirs.config.keycloakHome, theirs.origins.keycloakHome]).toEqual(['/opt/kc', 'environment'])
    expect(theirs.sources.keycloakHome).toBe('KEYCLOAK_HOME')
    const ours = await resolveIn({ env: { ...env, MCP_KEYCLOAK_KEYCLOAK_HOME: '/opt/mine' } })
    expect(ours.config.keycloakHome).toBe('/opt/mine')
  })

  it('reads the administrator from the environment', async () => {
    const env = { MCP_KEYCLOAK_ADMIN_USERNAME: 'root', MCP_KEYCLOAK_ADMIN_PASSWORD: 's3cret' }
    expect((await resolveIn({ env })).config).toMatchObject({
      adminUsername: 'root',
      adminPassword: 's3cret',
    })
  })
})

describe('a path', () => {
  it('a path starts at the config file, in a flag at the current folder', async () => {
    const project = await tempFolder()
    const cwd = join(project, 'packages', 'server')
    await mkdir(cwd, { recursive: true })
    await writeFile(join(project, CONFIG_FILE_NAME), '{"realmFile":"realm.json","dataFolder":"/abs"}')
    const askTrust = async () => true
    const { config, configFile } = await resolveIn({ flags: { cacheFolder: 'cache' }, askTrust }, cwd)
    expect(configFile).toBe(join(project, CONFIG_FILE_NAME))
    expect(config.realmFile).toBe(join(project, 'realm.json'))
    expect(config.dataFolder).toBe('/abs')
    expect(config.cacheFolder).toBe(join(cwd, 'cache'))
  })

  it("an overlay's path becomes absolute, its name stays", async () => {
    const { config, cwd } = await resolveIn({
      flags: { with: ['strict', './mine.json', 'more/x', '/abs.json'] },
    })
    expect(config.with).toEqual(['strict', join(cwd, 'mine.json'), join(cwd, 'more', 'x'), '/abs.json'])
    const project = await tempFolder()
    await writeFile(join(project, CONFIG_FILE_NAME), '{"with":["mine.json"]}')
    await mkdir(join(project, 'deep'))
    const inside = await resolveIn({}, join(project, 'deep'))
    expect(inside.config.with).toEqual([join(project, 'mine.json')])
  })
})

describe('a bad value', () => {
  it.each<[string, ConfigSources & { file?: unknown }, string, RegExp]>([
    ['flag', { flags: { port: '99999' } }, 'USAGE_INVALID', /^--port is not valid \(got "99999"\)/],
    [
      'variable',
      { env: { MCP_KEYCLOAK_PORT: 'x' } },
      'CONFIG_INVALID',
      /^The variable MCP_KEYCLOAK_PORT is not/,
    ],
    [
      'config file',
      { file: { port: 0 } },
      'CONFIG_INVALID',
      /^"port" in \/.*mcp-keycloak\.config\.json is not/,
    ],
    ['item of a list', { flags: { mcpUrl: ['http://a/', 'b'] } }, 'USAGE_INVALID', /^--mcp-url is not .*"b"/],
    [
      'item of a list in the config file',
      { file: { mcpUrl: ['http://a/', 'b'] } },
      'CONFIG_INVALID',
      /^"mcpUrl\[1\]" in \/.*\.config\.json is not valid \(got "b"\)/,
    ],
    ['switch', { env: { MCP_KEYCLOAK_PROOF: 'maybe' } }, 'CONFIG_INVALID', /MCP_KEYCLOAK_PROOF .*"maybe"/],
  ])('names its place: %s', async (_place, sources, code, what) => {
    const error = await refusal(() => resolveIn(sources))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(what)
    expect(error.fix).toMatch(/^(--(port|mcp-url|proof)|"(port|mcpUrl)")/)
  })

  it.each<[ConfigKey, unknown]>([
    ['instance', 5],
    ['instance', ''],
    ['runtime', 'docker'],
    ['keycloakUrl', 'x'],
    ['keycloakVersion', 26],
    ['port', null],
    ['timeout', 'long'],
    ['realmFile', ''],
    ['realmFile', true],
    ['realm', []],
    ['mcpUrl', 'http://localhost:8000/mcp'],
    ['trustedHost', [1]],
    ['user', { name: 'bob' }],
    ['proof', 'no'],
    ['dataFolder', 7],
  ])('a bad value gets a plain reason: %s %j', async (key, value) => {
    const error = await refusal(() => resolveIn({ file: { [key]: value } }))
    expect(error.why).toMatch(/^It (must|may|looks) .*[^.]\.$/)
    expect(error.why).not.toMatch(/expected|Invalid|undefined|NaN|>=/)
  })

  it('an external Keycloak and a runtime exclude each other', async () => {
    const error = await refusal(() => resolveIn({ flags: { keycloakUrl: 'http://x.test', runtime: 'java' } }))
    expect(error.code).toBe('USAGE_INVALID')
    expect(error.message).toContain('--runtime java')
  })

  const URL_GIVEN = 'http://x.test'
  it.each<[string, ConfigSources & { file?: unknown }, object]>([
    [
      'a variable over the config file',
      { env: { MCP_KEYCLOAK_KEYCLOAK_URL: URL_GIVEN }, file: { runtime: 'java' } },
      { keycloakUrl: URL_GIVEN, runtime: 'auto' },
    ],
    [
      'a flag over a variable',
      { flags: { runtime: 'java' }, env: { MCP_KEYCLOAK_KEYCLOAK_URL: URL_GIVEN } },
      { keycloakUrl: undefined, runtime: 'java' },
    ],
    [
      'the URL where both are in one place',
      { file: { runtime: 'java', keycloakUrl: URL_GIVEN } },
      { keycloakUrl: URL_GIVEN, runtime: 'auto' },
    ],
    [
      'the URL where the runtime may be any',
      { flags: { runtime: 'auto' }, env: { MCP_KEYCLOAK_KEYCLOAK_URL: URL_GIVEN } },
      { keycloakUrl: URL_GIVEN, runtime: 'auto' },
    ],
  ])('the nearer source of Keycloak URL and runtime wins: %s', async (_, sources, expected) => {
    const { config, origins } = await resolveIn({ ...sources, askTrust: async () => true })
    expect(config).toMatchObject(expected)
    if (config.keycloakUrl === undefined) expect(origins.keycloakUrl).toBe('default')
    else if (sources.flags === undefined) expect(origins.runtime).toBe('default')
  })

  it.each(['26.5.9', '25.0.0'])('refuses Keycloak %s, with the reason', async (keycloakVersion) => {
    const error = await refusal(() => resolveIn({ flags: { keycloakVersion } }))
    expect(error.code).toBe('VERSION_UNSUPPORTED')
    expect(error.why).toContain('keycloak#44403')
  })

  it.each(['latest', '26', 'v26.7.5'])('refuses %s: not a valid version', async (keycloakVersion) => {
    const error = await refusal(() => resolveIn({ flags: { keycloakVersion } }))
    expect(error).toMatchSnapshot()
  })
})
