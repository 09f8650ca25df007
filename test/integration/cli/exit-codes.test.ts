import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { EXIT_CODES } from '../../../src/errors.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { cli, start } from '../../helpers/program/cli.ts'
import type { CliResult } from '../../helpers/program/cli-result.ts'
import { fakeHome } from '../../helpers/program/fake-home.ts'
import { type TestInstance, testInstance } from '../../helpers/program/instance.ts'

const keycloak = sharedKeycloak()
const shared = {
  MCP_KEYCLOAK_INSTANCE: keycloak.instance,
  MCP_KEYCLOAK_DATA_FOLDER: keycloak.dataFolder,
}

/** Something of Node's that every Node has is broken: what nobody has thought of. */
const BROKEN_NODE = `
  import crypto from 'node:crypto'
  import { syncBuiltinESMExports } from 'node:module'
  crypto.createHash = () => { throw new TypeError('createHash broke') }
  syncBuiltinESMExports()`

/** It is there, and no program. */
const FOLDER = import.meta.dirname

let own: TestInstance
beforeAll(async () => {
  own = await testInstance('java')
})
afterAll(() => own[Symbol.asyncDispose]())

/** How each exit code comes about, and by which error; those without one have a result. */
const RUNS: Readonly<
  Record<keyof typeof EXIT_CODES, readonly [string | undefined, () => Promise<CliResult>]>
> = {
  done: [undefined, () => cli(['status', '--json'], { env: shared })],
  bug: [
    'BUG',
    () => {
      const preload = `--import=data:text/javascript,${encodeURIComponent(BROKEN_NODE)}`
      return cli(['realm', 'render', '--json'], { env: { NODE_OPTIONS: preload } })
    },
  ],
  badInput: ['USAGE_INVALID', () => cli(['up', '--port', 'many', '--json'], { env: own.env })],
  notRunningOrMachine: ['NOT_RUNNING', () => cli(['status', '--json'], { env: own.env })],
  keycloakNotReady: [
    'KEYCLOAK_EXITED',
    async () => {
      const home = await fakeHome(keycloak.dataFolder, 'exit 1')
      return cli(['up', '--keycloak-home', home, '--json'], { env: own.env })
    },
  ],
  keycloakRefused: [
    'ADMIN_LOGIN_REFUSED',
    () => {
      const env = { MCP_KEYCLOAK_ADMIN_PASSWORD: 'not-the-password' }
      return cli(['status', '--keycloak-url', keycloak.url, '--json'], { env })
    },
  ],
  faultFound: [undefined, () => cli(['realm', 'diff', '--role', 'one-more', '--json'], { env: shared })],
  commandNotExecutable: ['COMMAND_NOT_EXECUTABLE', () => cli(['exec', '--', FOLDER], { env: own.env })],
  commandNotFound: ['COMMAND_NOT_FOUND', () => cli(['exec', '--', 'no-such-command'], { env: own.env })],
  interrupted: [
    'Interrupted: ',
    async () => {
      const home = await fakeHome(keycloak.dataFolder, 'exec sleep 300')
      // A port of its own: the instance of before remembers one.
      const env = { ...own.env, MCP_KEYCLOAK_PORT: String(await freePort()) }
      const begun = start(['up', '--keycloak-home', home], { env })
      begun.stderr.on('data', (text) => String(text).includes('Starting Keycloak') && begun.kill('SIGINT'))
      const { exitCode = -1, stdout, stderr } = await begun
      return { exitCode, stdout, stderr }
    },
  ],
}

describe('the program ends', () => {
  it.each(Object.entries(EXIT_CODES))('the kind %s ends with %d', async (name, code) => {
    const [error, run] = RUNS[name as keyof typeof EXIT_CODES]
    const { exitCode, stdout, stderr } = await run()
    expect(exitCode, stderr).toBe(code)
    if (error === undefined) expect([JSON.parse(stdout).schemaVersion, stderr]).toEqual([1, ''])
    else expect(stderr).toContain(error)
    expect(stdout === '').toBe(error !== undefined)
  })

  it('a bug ends with 1, a stack, the versions and the place to report it', async () => {
    const preload = `--import=data:text/javascript,${encodeURIComponent(BROKEN_NODE)}`
    const { exitCode, stderr } = await cli(['realm', 'render'], { env: { NODE_OPTIONS: preload } })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^✘ .* bug .*\nTypeError: createHash broke\n\s+at /)
    expect(stderr).toContain(`Node ${process.version}`)
  })
})
