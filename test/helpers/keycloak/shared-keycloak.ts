import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { TestProject } from 'vitest/node'

import { resolveConfig } from '../../../src/config/resolve.ts'
import type { Config } from '../../../src/config/schema.ts'
import { findInstance } from '../../../src/instance/instance.ts'
import { adminLogin } from '../../../src/keycloak/admin.ts'
import { up } from '../../../src/operations/up.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'
import { readState } from '../../../src/runtime/state/state.ts'

/** A Keycloak that the test files of one worker share: plain data, since it crosses to the worker. */
export interface SharedKeycloak {
  readonly url: string
  readonly issuer: string
  readonly realm: string
  readonly instance: string
  readonly dataFolder: string
  readonly admin: { readonly username: string; readonly password: string }
  /** The server's log as it was after `up`, before any test. */
  readonly logAfterUp: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The version that the project is about. */
    keycloakVersion: string
    /** The overlays of the realm that the server is started with. */
    overlays: readonly string[]
    /** The number of test files that run at once. Each of them has a Keycloak of its own. */
    keycloaks: number
    sharedKeycloaks: readonly SharedKeycloak[]
  }
}

/**
 * Starts the project's Keycloaks on the java runtime, apart from the user's own instances, and purges them at the end.
 * With `KEEP_TEST_KEYCLOAK=<folder>` they stay running, and the next run finds them without realms: tests take seconds
 * while one works on them.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kept = process.env.KEEP_TEST_KEYCLOAK
  const started = await Promise.all(
    Array.from({ length: project.getProvidedContext().keycloaks }, (_, index) => start(project, index, kept)),
  )
  project.provide(
    'sharedKeycloaks',
    started.map(({ keycloak }) => keycloak),
  )
  return async () => {
    await Promise.all(started.map(({ remove }) => remove?.()))
  }
}

async function start(project: TestProject, index: number, kept: string | undefined) {
  const dataFolder = kept ?? (await mkdtemp(join(tmpdir(), 'mcp-keycloak-test-')))
  const instance = kept
    ? `test-${project.name.replaceAll('.', '-')}-${index}`
    : `test-${randomUUID().slice(0, 8)}`
  const { keycloakVersion, overlays } = project.getProvidedContext()
  const flags = {
    instance,
    dataFolder,
    keycloakVersion,
    with: overlays,
    runtime: 'java',
    port: (await knownPort(dataFolder, instance)) ?? (await freePort()),
  }
  const { config } = await resolveConfig({ flags, env: {}, cwd: dataFolder })
  if (kept) await removeRealms(config)
  const remove = kept ? undefined : removeAfterRun(dataFolder, instance)
  const report = await up(config, { onStep: (step) => process.stdout.write(`${project.name}: ${step}\n`) })
  if (!report.admin) throw new Error('an instance of our own has an administrator')
  const { keycloakUrl: url, issuer, realm } = report.endpoints
  const logAfterUp = await readFile(join(dataFolder, 'instances', instance, 'keycloak.log'), 'utf8')
  const keycloak: SharedKeycloak = {
    ...{ url, issuer, realm, instance, dataFolder, admin: report.admin, logAfterUp },
  }
  return { keycloak, remove }
}

/**
 * Starts a process that removes the Keycloak when this run has ended, also by a signal.
 *
 * @returns removes it now
 */
function removeAfterRun(dataFolder: string, instance: string): () => Promise<unknown> {
  const script = fileURLToPath(new URL('./remove-after-run.ts', import.meta.url))
  const child = spawn(process.execPath, [script, dataFolder, instance], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  child.unref()
  return async () => {
    child.stdin?.end()
    const [exitCode] = await ended
    if (exitCode !== 0) throw new Error(`the Keycloak in ${dataFolder} is not removed`)
  }
}

/** Removes the realms of the last run from a kept Keycloak: each run begins without realms. */
async function removeRealms(config: Config): Promise<void> {
  const found = await findInstance(config).catch(() => undefined)
  if (found === undefined) return
  const { realms } = await adminLogin(found.keycloak)
  for (const { realm = 'master' } of await realms.find({ briefRepresentation: true }))
    if (realm !== 'master') await realms.del({ realm })
}

async function knownPort(dataFolder: string, instance: string): Promise<number | undefined> {
  return (await readState(dataFolder, instance)).state?.port
}
