import { expect, it, onTestFinished, vi } from 'vitest'

import { PINNED_VERSION } from '../../../../src/config/versions.ts'
import { runMain } from '../../../helpers/program/run-main.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** Calls that a command refuses on a machine without any Keycloak, with the exit code. */
const REFUSED: Readonly<Record<string, readonly (readonly [exitCode: number, ...args: string[]])[]>> = {
  up: [
    [2, '--prot', '8081'],
    [2, '--port', '0'],
    [2, '--port', '1', '--port', '2'],
    [2, '--port'],
    [2, 'fastmcp'],
    [2, '--mcp-url', 'b.test'],
    [2, '--keycloak-version', '25.0.0'],
    [2, '--realm-file', '/nowhere/realm.json'],
    [2, '--with', 'strickt'],
    [2, '--runtime', 'podman'],
  ],
  down: [
    [2, '--purge'],
    [3, '--instance', 'shop'],
  ],
  status: [[3], [3, '--instance', 'shop']],
  'reset-realm': [[3], [2, '--hard', '--token-lifespan', '0']],
  realm: [
    [2, 'frobnicate'],
    [2, 'render', '--with', 'strickt'],
    [3, 'diff'],
    [3, 'export'],
    [3, 'adopt'],
  ],
  clients: [
    [2, 'frobnicate'],
    [3, 'list'],
    [2, 'prune'],
    [2, 'prune', '--older-than', 'soon'],
    [3, 'delete', 'a'],
  ],
  token: [[3], [2, '--bad', 'age']],
  env: [[3], [2, '--format', 'yaml']],
  exec: [[2], [2, '--json'], [2, 'pytest', '-x'], [127, '--', 'no-such-command']],
  snapshot: [
    [2, 'frobnicate'],
    [3, 'save', 'one'],
    [2, 'restore', 'one'],
  ],
  snippets: [[3], [3, 'cursr']],
  verify: [
    [3],
    [3, 'http://localhost:8000/mcp'],
    [2, 'localhost:8000/mcp'],
    [2, 'http://me:x@localhost/mcp'],
  ],
  logs: [[3], [2, '--level', 'loud'], [2, '--since', 'soon'], [2, '--level', 'WARN', '--explain']],
  mcp: [[2, '--json']],
  trust: [[2, '/nowhere']],
}

const CALLS = Object.entries(REFUSED).flatMap(([command, calls]) =>
  calls.map(([exitCode, ...args]) => [[command, ...args].join(' '), exitCode, [command, ...args]] as const),
)

it.each(CALLS)('%s ends with %i and says why and how to go on', async (_, exitCode, args) => {
  const folder = await tempFolder()
  vi.stubEnv('MCP_KEYCLOAK_DATA_FOLDER', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const run = await runMain('--no-color', ...args)
  expect([run.stdout, run.exitCode]).toEqual(['', exitCode])
  expect(run.stderr.replaceAll(folder, '<temp>').replaceAll(PINNED_VERSION, '<pinned>')).toMatchSnapshot()
})
