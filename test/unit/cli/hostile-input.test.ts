import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { REALM_OPTION_KEYS } from '../../../src/config/realm-options.ts'
import {
  CONFIG_KEYS,
  type ConfigKey,
  environmentName,
  flagName,
  isSwitch,
  optionMeta,
} from '../../../src/config/schema.ts'
import { escapesIn, HOSTILE } from '../../helpers/hostile/hostile-text.ts'
import { runMain } from '../../helpers/program/run-main.ts'
import { tempFolder } from '../support/temp-folder.ts'

vi.hoisted(() => {
  process.env.FORCE_COLOR = '3' // chalk reads it when it is loaded
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** Runs it for a person, with more detail, and for a program; nothing that it shows may steer the terminal. */
async function harmless(...args: readonly string[]): Promise<void> {
  for (const more of [[], ['--verbose'], ['--json']]) {
    const { stdout, stderr } = await runMain(...more, ...args)
    expect(`${stdout}${stderr}`).not.toBe('')
    expect(escapesIn(stdout, true), stdout).toEqual([])
    expect(escapesIn(stderr, true), stderr).toEqual([])
  }
}

const flagKeys = CONFIG_KEYS.filter((key) => !optionMeta(key).secret && !isSwitch(key))
const commandOf = (key: ConfigKey) =>
  (REALM_OPTION_KEYS as readonly ConfigKey[]).includes(key) || key === 'realm'
    ? ['realm', 'render']
    : ['status']

/** A project with such a config file. */
async function project(config: string): Promise<string> {
  const folder = await tempFolder()
  await writeFile(join(folder, 'mcp-keycloak.config.json'), config)
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  return folder
}

describe('a hostile text steers no terminal', () => {
  it.each([
    ['of an unknown command', [HOSTILE]],
    ['of an unknown subcommand', ['realm', HOSTILE]],
    ['of an unknown option', ['up', `--${HOSTILE}`]],
    ['of an argument too many', ['up', HOSTILE]],
    ['of verify', ['verify', HOSTILE]],
    ['of a limit of verify', ['verify', '--request-timeout', HOSTILE]],
    ['of the time of verify', ['verify', '--max-time', HOSTILE]],
    ['of explain', ['explain', HOSTILE]],
    [
      'of explain that is known',
      ['explain', `Protected resource ${HOSTILE.replaceAll('\n', '')} does not match expected ${HOSTILE}`],
    ],
    ['of a format', ['env', '--format', HOSTILE]],
    ['of a snippet', ['snippets', HOSTILE]],
    ['of a level', ['logs', '--level', HOSTILE]],
    ['of a time', ['logs', '--since', HOSTILE]],
    ['of an age', ['clients', 'prune', '--older-than', HOSTILE]],
    ['of a client', ['clients', 'delete', HOSTILE]],
    ['of a command to run', ['exec', '--instance', HOSTILE, '--', HOSTILE]],
    ['of an output file', ['realm', 'render', '--output', `/nowhere/${HOSTILE}`]],
  ])('a hostile text %s never reaches the terminal', async (_, args) => {
    const folder = await tempFolder()
    vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', folder)
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    await harmless(...args)
  })

  it.each(flagKeys)('of the option %s', async (key) => {
    vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', await tempFolder())
    const command = key === 'mcpUrl' ? ['realm', 'render'] : commandOf(key)
    await harmless(...command, flagName(key), HOSTILE)
  })

  it.each(CONFIG_KEYS)('of the variable of %s', async (key) => {
    vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', await tempFolder())
    vi.stubEnv(environmentName(key), HOSTILE)
    await harmless(...commandOf(key))
  })

  it.each(CONFIG_KEYS)('of the key %s in the config file', async (key) => {
    vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', await tempFolder())
    for (const value of [HOSTILE, [HOSTILE], { [HOSTILE]: HOSTILE }]) {
      await project(JSON.stringify({ [key]: value }))
      await harmless(...commandOf(key))
    }
  })

  it.each([
    ['an unknown key', JSON.stringify({ [HOSTILE]: 1 })],
    ['no JSON', `{${HOSTILE}`],
    ['a text', JSON.stringify(HOSTILE)],
  ])('of a config file with %s', async (_, text) => {
    await project(text)
    await harmless('realm', 'render')
  })

  it.each([
    ['a realm without a name', JSON.stringify({ [HOSTILE]: HOSTILE })],
    ['a hostile name', JSON.stringify({ realm: HOSTILE, [HOSTILE]: HOSTILE })],
    ['a hostile user', JSON.stringify({ realm: 'r', users: [{ username: HOSTILE, attributes: HOSTILE }] })],
    [
      'a hostile client',
      JSON.stringify({
        realm: 'r',
        clients: [{ clientId: HOSTILE, name: HOSTILE, redirectUris: [HOSTILE] }],
      }),
    ],
    [
      'a hostile client twice',
      JSON.stringify({ realm: 'r', clients: [{ clientId: HOSTILE }, { clientId: HOSTILE }] }),
    ],
    [
      'a role that is not there',
      JSON.stringify({ realm: 'r', users: [{ username: 'a', realmRoles: [HOSTILE] }] }),
    ],
    [
      'a scope that is not there',
      JSON.stringify({ realm: 'r', clients: [{ clientId: 'a', defaultClientScopes: [HOSTILE] }] }),
    ],
    [
      'a wrong type below a hostile key',
      JSON.stringify({ realm: 'r', components: { [HOSTILE]: [{ name: 1 }] } }),
    ],
    ['no JSON', HOSTILE],
    ['a part of JSON', `{"realm":"${HOSTILE}`],
  ])('of a realm file and an overlay with %s', async (_, text) => {
    const folder = await tempFolder()
    await mkdir(join(folder, 'x\u001b[35m'))
    const file = join(folder, 'x\u001b[35m', 'r\u202e\n✔ all fine.json')
    await writeFile(file, text)
    await harmless('realm', 'render', '--realm-file', file)
    await harmless('realm', 'render', '--with', file)
  })
})
