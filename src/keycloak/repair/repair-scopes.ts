import type ClientScopeRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientScopeRepresentation.js'

import type { Admin } from '../admin.ts'
import { repairAccountConsole } from '../realms.ts'

/** The scopes in a realm file. */
export interface ScopesFile {
  readonly scopes: readonly ScopeFile[]
  /** Names of the scopes that every client gets. */
  readonly byDefault: readonly string[]
  /** Names of the scopes that every client may request. */
  readonly optional: readonly string[]
  /** Clients, which lose a scope when it is removed. A client with neither list has the realm's scopes. */
  readonly clients: readonly {
    readonly clientId: string
    readonly defaultClientScopes?: readonly string[] | undefined
    readonly optionalClientScopes?: readonly string[] | undefined
  }[]
  /** Realm roles that a scope is mapped to. */
  readonly mappings: readonly {
    readonly clientScope?: string | undefined
    readonly roles?: readonly string[] | undefined
  }[]
}

interface ScopeFile {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string>> | undefined
  readonly protocolMappers?: readonly MapperFile[] | undefined
}

interface MapperFile {
  readonly name: string
  readonly config?: Readonly<Record<string, string>> | undefined
}

/** Repairs a realm's client scopes, their mappers and their assignment from its file. Other scopes stay. */
export async function repairScopes(admin: Admin, realm: string, file: ScopesFile): Promise<void> {
  const before = new Map((await admin.clientScopes.find({ realm })).map((scope) => [scope.name, scope]))
  for (const scope of file.scopes) await repairScope(admin, realm, scope, before.get(scope.name))
  const ids = new Map((await admin.clientScopes.find({ realm })).map(({ name, id = '' }) => [name, id]))
  await assign(admin, realm, file, (name) => ids.get(name))
  await mapRoles(admin, realm, file, (name) => ids.get(name))
  const made = file.scopes.filter(({ name }) => !before.has(name)).map(({ name }) => name)
  if (made.length > 0)
    await giveBack(admin, realm, file, new Map(made.map((name) => [name, ids.get(name) ?? ''])))
}

async function giveBack(
  admin: Admin,
  realm: string,
  { clients, byDefault, optional }: ScopesFile,
  made: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { clientId, defaultClientScopes, optionalClientScopes } of clients) {
    const [client] = await admin.clients.find({ realm, clientId })
    if (client?.id === undefined) continue
    const hasOwn = defaultClientScopes !== undefined || optionalClientScopes !== undefined
    const [own, ownOptional] = hasOwn
      ? [defaultClientScopes ?? [], optionalClientScopes ?? []]
      : [byDefault, optional]
    for (const [name, clientScopeId] of made) {
      const ids = { realm, id: client.id, clientScopeId }
      if (own.includes(name)) await admin.clients.addDefaultClientScope(ids)
      else if (ownOptional.includes(name)) await admin.clients.addOptionalClientScope(ids)
    }
  }
  await repairAccountConsole(admin, realm)
}

async function repairScope(
  admin: Admin,
  realm: string,
  scope: ScopeFile,
  there: ClientScopeRepresentation | undefined,
): Promise<void> {
  if (there?.id === undefined) {
    await admin.clientScopes.create({ realm, ...(scope as ClientScopeRepresentation) })
    return
  }
  const { id, protocolMappers: mappersThere = [], ...settings } = there
  const { protocolMappers = [], ...declared } = scope
  const attributes = { ...settings.attributes, ...declared.attributes }
  await admin.clientScopes.update({ realm, id }, { ...settings, ...declared, id, attributes })
  for (const mapper of protocolMappers) {
    const found = mappersThere.find(({ name }) => name === mapper.name)
    const mended = { ...found, ...mapper, config: { ...found?.config, ...mapper.config } }
    if (found?.id) await admin.clientScopes.updateProtocolMapper({ realm, id, mapperId: found.id }, mended)
    else await admin.clientScopes.addProtocolMapper({ realm, id }, mended)
  }
}

async function assign(
  { clientScopes }: Admin,
  realm: string,
  { byDefault, optional }: ScopesFile,
  idOf: (name: string) => string | undefined,
): Promise<void> {
  for (const name of byDefault) {
    const id = idOf(name)
    if (id === undefined) continue
    await clientScopes.delDefaultOptionalClientScope({ realm, id }) // a scope is one or the other
    await clientScopes.addDefaultClientScope({ realm, id })
  }
  for (const name of optional) {
    const id = idOf(name)
    if (id === undefined) continue
    await clientScopes.delDefaultClientScope({ realm, id })
    await clientScopes.addDefaultOptionalClientScope({ realm, id })
  }
}

async function mapRoles(
  admin: Admin,
  realm: string,
  { mappings }: ScopesFile,
  idOf: (name: string) => string | undefined,
): Promise<void> {
  for (const { clientScope = '', roles = [] } of mappings) {
    const id = idOf(clientScope)
    if (id === undefined) continue
    const found = await Promise.all(roles.map((name) => admin.roles.findOneByName({ realm, name })))
    const known = found.flatMap((role) => (role?.id && role.name ? [{ id: role.id, name: role.name }] : []))
    await admin.clientScopes.addRealmScopeMappings({ realm, id }, known)
  }
}
