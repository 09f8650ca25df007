import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'

import type { Config } from '../../../src/config/schema.ts'
import { findInstance } from '../../../src/instance/instance.ts'
import type { Admin } from '../../../src/keycloak/admin.ts'
import { exportRealm } from '../../../src/keycloak/export-realm.ts'
import { findRealmRecord } from '../../../src/keycloak/realms.ts'
import { readPublicKeys } from '../../../src/keycloak/signing-keys.ts'
import { realmDiff } from '../../../src/operations/realm/realm-diff.ts'
import { comparable, declaredIn } from '../../../src/realm/compare/comparable.ts'
import { driftBetween } from '../../../src/realm/compare/drift.ts'

const COMMAND = fileURLToPath(new URL('../../fixtures/killed-command.ts', import.meta.url))

/** A command that changes a realm. */
export interface Work {
  readonly command: 'up' | 'reset-realm'
  readonly config: Config
  readonly hard?: boolean
}

/** Runs the command to its end, and returns how many writing requests it takes. */
async function countWrites(work: Work): Promise<number> {
  const { stdout } = await execa(process.execPath, [COMMAND], environment({ ...work, at: 0 }))
  return Number(stdout)
}

/** Kills the command at one of its writing requests. Returns whether the kill happened there. */
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

/** The parts of a realm that must never be lost. */
export interface Whole {
  readonly exported: Awaited<ReturnType<typeof exportRealm>>
  readonly registered: readonly string[]
  readonly userIds: readonly string[]
  readonly keys: readonly string[]
}

/** Reads the parts of a realm that must never be lost. */
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

/** Paths of the settings in which a realm has changed, apart from ids. */
export function differences(before: Whole, now: Whole): readonly string[] {
  const stated = declaredIn({ realm: '' })
  const [one, other] = [comparable(before.exported, stated), comparable(now.exported, stated)]
  return driftBetween(one, other).map(({ path }) => path)
}

/**
 * Lists the damage of a realm after a command was killed and the next one has run. Empty when the realm is completely the
 * old or the new one.
 */
async function faultsAfterKill(admin: Admin, config: Config, before: Whole): Promise<readonly string[]> {
  const realm = config.realm ?? ''
  const record = await findRealmRecord(admin, realm)
  if (!record) return ['the realm is gone']
  const now = await readWhole(admin, realm)
  const journals = await readdir(join((await findInstance(config)).keycloak.folder, 'resets')).catch(() => [])
  const left = journals.filter((file) => file.startsWith(`${encodeURIComponent(realm)}.`)) // other tests have other realms
  const names = (await admin.realms.find({ briefRepresentation: true })).map((one) => one.realm ?? '')
  const isOld = differences(before, now).length === 0
  const drift = isOld ? [] : (await realmDiff({ ...config, with: [], scope: [], trustedHost: [] })).drift
  return [
    ...(record.pending ? ['something is still pending'] : []),
    ...(now.exported.enabled === true ? [] : ['the realm is switched off']),
    ...left.map((file) => `a journal is left: ${file}`),
    ...names.filter((name) => name.startsWith('mcp-keycloak-temporary-')).map((name) => `${name} is left`),
    ...drift.map(({ path }) => `it is neither the old nor the new realm: ${path}`),
  ]
}

/** Resets by kind. The second one changes settings that cannot be changed in place. */
export const WORKS = {
  'in place': { flow: false, hard: false },
  'created again': { flow: true, hard: false },
  hard: { flow: false, hard: true },
} as const

/** Where and how a reset is killed. */
export interface Kill {
  readonly admin: Admin
  readonly config: Config
  readonly random: () => number
  readonly name: keyof typeof WORKS
  /** Which of its writing requests, from 0 to 1. */
  readonly part: number
  /** The next command. */
  readonly finish: () => Promise<unknown>
}

const writes = new Map<string, number>()

/** Kills the reset of a changed realm, runs the next command, and returns the damage. */
export async function killOnce({ admin, config, random, name, part, finish }: Kill) {
  const { realm = '' } = config
  const { flow, hard } = WORKS[name]
  const options = random() < 0.5 ? { scope: ['api:read'], trustedHost: ['example.com'] } : {}
  const work = { command: 'reset-realm', config: { ...config, ...options }, hard } as const
  if (!writes.has(name)) {
    await changeByHand(admin, realm, flow)
    writes.set(name, await countWrites(work))
  }
  const all = writes.get(name) ?? 1
  const id = randomUUID() // like a self-registered client
  await admin.clients.create({ realm, id, clientId: id, secret: randomUUID() })
  let at = Math.max(1, Math.ceil(part * all))
  let before: Whole
  let killed: boolean
  // The number of requests varies: the cache may have what the server makes of the file, the options may be new.
  for (;;) {
    await changeByHand(admin, realm, flow)
    before = await readWhole(admin, realm)
    killed = await killAt(work, at, random() < 0.5)
    if (killed || at === 1) break
    at = Math.floor(at * 0.8)
  }
  await finish()
  const broken = await faultsAfterKill(admin, config, before)
  const after = await readWhole(admin, realm)
  const isSame = (key: 'registered' | 'keys') => after[key].join() === before[key].join()
  const users = before.userIds.filter((user) => !user.startsWith('by-hand'))
  const isNew = hard && after.registered.length === 0
  const faults = [
    ...broken,
    ...(isSame('registered') || isNew ? [] : ['clients are lost']),
    ...(isSame('keys') || hard ? [] : ['the key is another one']),
    ...(hard || users.every((user) => after.userIds.includes(user)) ? [] : ['users are lost']),
  ]
  return { name, at: `${at} of ${all}`, killed, faults }
}

/** Makes the realm differ from its file in many ways, so that a reset has much to do. */
async function changeByHand(admin: Admin, realm: string, flow: boolean): Promise<void> {
  const scopes = await admin.clientScopes.find({ realm })
  const email = scopes.find(({ name }) => name === 'email')
  if (email?.id) await admin.clientScopes.del({ realm, id: email.id })
  await admin.realms.update({ realm }, { displayName: 'by hand', bruteForceProtected: true })
  await admin.roles.create({ realm, name: 'by-hand' }).catch(() => {})
  await admin.users.create({ realm, username: 'by-hand' }).catch(() => {})
  const [console] = await admin.clients.find({ realm, clientId: 'account-console' })
  const clientScopeId = scopes.find(({ name }) => name === 'basic')?.id ?? ''
  await admin.clients.delDefaultClientScope({ realm, id: console?.id ?? '', clientScopeId })
  const own = { realm, alias: 'by-hand', providerId: 'basic-flow', topLevel: true, builtIn: false }
  if (flow) await admin.authenticationManagement.createFlow(own).catch(() => {})
}
