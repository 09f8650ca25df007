import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import type { Config } from '../../src/config/schema.ts'
import type { Admin } from '../../src/keycloak/admin.ts'
import { exportRealm } from '../../src/keycloak/export-realm.ts'
import { findRealmRecord } from '../../src/keycloak/realms.ts'
import { readPublicKeys } from '../../src/keycloak/signing-keys.ts'
import { externalKeycloak } from '../../src/operations/instance.ts'
import { realmDiff } from '../../src/operations/realm-diff.ts'
import { comparable } from '../../src/realm/comparable.ts'
import { driftBetween } from '../../src/realm/drift.ts'

const COMMAND = fileURLToPath(new URL('../fixtures/killed-command.ts', import.meta.url))

/** A command that changes a realm. */
export interface Work {
  readonly command: 'up' | 'reset-realm'
  readonly config: Config
  readonly hard?: boolean
}

/** Runs the command to its end, and returns how many writing requests it takes. */
export async function countWrites(work: Work): Promise<number> {
  const { stdout } = await execa(process.execPath, [COMMAND], environment({ ...work, at: 0 }))
  return Number(stdout)
}

/** Kills the command at one of its writing requests; returns whether it was killed there. */
export async function killAt(work: Work, at: number, sent: boolean): Promise<boolean> {
  const { signal } = await execa(process.execPath, [COMMAND], {
    ...environment({ ...work, at, sent }),
    reject: false,
  })
  return signal === 'SIGKILL'
}

function environment(settings: object) {
  return { env: { KILLED_COMMAND: JSON.stringify(settings) }, stdin: 'ignore' as const }
}

/** What of a realm must never be lost. */
export interface Whole {
  readonly exported: Awaited<ReturnType<typeof exportRealm>>
  readonly registered: readonly string[]
  readonly userIds: readonly string[]
  readonly keys: readonly string[]
}

/** Reads what of a realm must never be lost. */
export async function readWhole(admin: Admin, realm: string): Promise<Whole> {
  const [exported, keys] = await Promise.all([exportRealm(admin, realm), readPublicKeys(admin, realm)])
  const registered = exported.clients.filter(({ id, clientId }) => id === clientId)
  return {
    exported,
    registered: registered.map(({ clientId, secret }) => `${clientId} ${secret}`).sort(),
    userIds: exported.users
      .filter(({ serviceAccountClientId }) => serviceAccountClientId === undefined)
      .map(({ username, id }) => `${username} ${id}`)
      .sort(),
    keys: [...keys].sort(),
  }
}

/**
 * In what a realm is broken after a command was killed and the next one has run; nothing when it is the old one or the
 * new one, whole.
 */
export async function faultsAfterKill(admin: Admin, config: Config, before: Whole): Promise<readonly string[]> {
  const realm = config.realm ?? ''
  const record = await findRealmRecord(admin, realm)
  if (!record) return ['the realm is gone']
  const now = await readWhole(admin, realm)
  const left = await readdir(join(externalKeycloak(config).folder, 'resets')).catch(() => [])
  const names = (await admin.realms.find({ briefRepresentation: true })).map((one) => one.realm ?? '')
  const nothing = { userIds: new Map(), secrets: new Set<string>(), keys: false }
  const isOld =
    driftBetween(comparable(before.exported, nothing), comparable(now.exported, nothing)).length === 0
  const drift = isOld ? [] : (await realmDiff({ ...config, with: [], scope: [], trustedHost: [] })).drift
  return [
    ...(record.pending ? ['something is still pending'] : []),
    ...(now.exported.enabled === true ? [] : ['the realm is switched off']),
    ...left.map((file) => `a journal is left: ${file}`),
    ...names.filter((name) => name.startsWith('mcp-keycloak-temporary-')).map((name) => `${name} is left`),
    ...drift.map(({ path }) => `it is neither the old nor the new realm: ${path}`),
  ]
}
