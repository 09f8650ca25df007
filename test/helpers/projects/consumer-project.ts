import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url))

/** A project of somebody who uses the package. */
export interface ConsumerProject extends AsyncDisposable {
  readonly folder: string
}

/**
 * Makes a project with the built package in its `node_modules`, beside what it is used with.
 *
 * @param files name → content
 * @param packages those of the checkout that the project has, too
 */
export async function consumerProject(
  files: Readonly<Record<string, string>>,
  packages: readonly string[],
): Promise<ConsumerProject> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-consumer-'))
  const installed = join(folder, 'node_modules', 'mcp-keycloak')
  for (const part of ['package.json', 'dist', 'bin', 'realms', 'compose']) {
    await cp(join(CHECKOUT, part), join(installed, part), { recursive: true })
  }
  await symlink(join(CHECKOUT, 'node_modules'), join(installed, 'node_modules'))
  for (const name of packages) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(CHECKOUT, 'node_modules', name), link)
  }
  const all = { 'package.json': '{ "name": "consumer", "type": "module" }', ...files }
  for (const [name, content] of Object.entries(all)) await writeFile(join(folder, name), content)
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

/**
 * Runs a test runner in the project, as somebody would who has no test runner around it.
 *
 * @param program in the project's `node_modules`
 */
export async function runner(
  { folder }: ConsumerProject,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const command = [join(folder, 'node_modules', program), ...args]
  const own = { VITEST: undefined, VITEST_POOL_ID: undefined, VITEST_WORKER_ID: undefined, NO_COLOR: '1' }
  return execa(process.execPath, command, {
    cwd: folder,
    env: { ...env, ...own },
    reject: false,
    all: true,
    stdin: 'ignore',
  })
}
