import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import { BIN, ownEnvironment } from '../program/cli.ts'
import { PYTHON } from './python.ts'

const SOURCE = fileURLToPath(new URL('../../../python/src', import.meta.url))

/** A folder with tests for pytest, removed at the end of the scope. */
export interface PytestProject extends AsyncDisposable {
  readonly folder: string
  /** Runs pytest with the plugin from its sources and the built program of this checkout. */
  run(
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ exitCode: number; all: string }>
}

/** Creates a project from the contents of its files by name. */
export async function pytestProject(files: Readonly<Record<string, string>>): Promise<PytestProject> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-pytest-'))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return {
    folder,
    async run(args = [], env = {}) {
      const plugin = [
        '-p',
        'pytest_mcp_keycloak.plugin',
        '-o',
        `mcp_keycloak_command=${process.execPath} ${BIN}`,
      ]
      const { exitCode = -1, all } = await execa(PYTHON, ['-m', 'pytest', ...plugin, ...args], {
        cwd: folder,
        env: ownEnvironment({ PYTHONPATH: SOURCE, PYTHONDONTWRITEBYTECODE: '1', ...env }),
        extendEnv: false,
        reject: false,
        all: true,
        stdin: 'ignore',
      })
      return { exitCode, all }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
