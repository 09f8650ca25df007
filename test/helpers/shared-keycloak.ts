import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { TestProject } from 'vitest/node'

import { resolveConfig } from '../../src/config/resolve.ts'
import type { Config } from '../../src/config/schema.ts'
import { findInstance } from '../../src/instance/instance.ts'
import { adminLogin } from '../../src/keycloak/admin.ts'
import { down } from '../../src/operations/down.ts'
import { up } from '../../src/operations/up.ts'
import { freePort } from '../../src/runtime/probe-port.ts'
import { readState } from '../../src/runtime/state/state.ts'

/** The one Keycloak that all tests of a project share: plain data, as it crosses to the workers. */
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
    sharedKeycloak: SharedKeycloak
  }
}

/**
 * Starts a real Keycloak on the java runtime, apart from the user's own instances, and purges it at the end. With
 * `KEEP_TEST_KEYCLOAK=<folder>` it stays, and the next run finds it without realms: tests in seconds while one works on them.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kept = process.env.KEEP_TEST_KEYCLOAK
  const dataFolder = kept ?? (await mkdtemp(join(tmpdir(), 'mcp-keycloak-test-')))
  const instance = kept ? `test-${project.name.replaceAll('.', '-')}` : `test-${randomUUID().slice(0, 8)}`
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
  const report = await up(config, { onStep: (step) => process.stdout.write(`${project.name}: ${step}\n`) })
  if (!report.admin) throw new Error('an instance of our own has an administrator')
  const { keycloakUrl: url, issuer, realm } = report.endpoints
  const logAfterUp = await readFile(join(dataFolder, 'instances', instance, 'keycloak.log'), 'utf8')
  project.provide('sharedKeycloak', {
    url,
    issuer,
    realm,
    instance,
    dataFolder,
    admin: report.admin,
    logAfterUp,
  })
  return async () => {
    if (kept) return
    await down(config, { purge: true })
    await rm(dataFolder, { recursive: true, force: true })
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
