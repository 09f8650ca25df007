import { isDeepStrictEqual } from 'node:util'

import { singleQuoted } from '../../config/shell-word.ts'
import { printableJson } from '../../printable.ts'
import { items, strings } from '../lists.ts'
import { identity, type Json } from '../overlay.ts'
import { REGISTRATION_POLICY, registrationPolicies } from '../patches/registration-policies.ts'
import type { ClientScope, Realm, RealmClient, RegistrationPolicy } from '../schema.ts'

/** A line of a script that uses the functions of the script's head. */
export interface KcadmCommand {
  readonly line: string
  /** Standard input. */
  readonly body?: string
  /** The shell replaces `$(…)` in the input. Default: it takes the input literally. */
  readonly expands?: boolean
}

/** Parts of a realm that have commands of their own. */
const APART = new Set([
  ...['clientScopes', 'defaultDefaultClientScopes', 'defaultOptionalClientScopes', 'scopeMappings'],
  ...['clients', 'components', 'clientProfiles', 'clientPolicies', 'roles', 'users'],
])

/** Writes the commands that make one change, in the order in which Keycloak takes them. */
export function kcadmCommands(before: Realm, after: Realm): readonly KcadmCommand[] {
  return [
    ...settings(before, after),
    ...scopes(before, after),
    ...scopeLists(before, after),
    ...clients(before, after),
    ...roles(before, after),
    ...scopeMappings(before, after),
    ...policies(before, after),
    ...clientPolicies(before, after, 'clientProfiles', 'profiles'),
    ...clientPolicies(before, after, 'clientPolicies', 'policies'),
    ...users(before, after),
  ]
}

function settings(before: Realm, after: Realm): readonly KcadmCommand[] {
  const changes = changed(before, after).filter((key) => !APART.has(key))
  return update(
    '"realms/$REALM"',
    changes.map((key) => [key, after[key]]),
  )
}

function scopes(before: Realm, after: Realm): readonly KcadmCommand[] {
  const isNew = (scope: ClientScope) => !before.clientScopes?.some(({ name }) => name === scope.name)
  const all = after.clientScopes ?? []
  const created = all.filter(isNew).map((scope) => create('client-scopes', scope))
  const updated = all.flatMap((scope) => {
    const there = before.clientScopes?.find(({ name }) => name === scope.name)
    if (!there || there === scope) return []
    const path = `client-scopes/${found('scope', scope.name)}`
    const mappers = scope.protocolMappers ?? []
    const known = new Set(there.protocolMappers?.map(({ name }) => name))
    return [
      ...update(`"${path}"`, attributes(there.attributes, scope.attributes)),
      ...mappers
        .filter(({ name }) => !known.has(name))
        .map((mapper) => create(`"${path}/protocol-mappers/models"`, mapper)),
    ]
  })
  return [...created, ...(created.length > 0 ? [{ line: READ_SCOPES }] : []), ...updated]
}

/** Reads the scopes again. */
const READ_SCOPES = 'SCOPES=$(list client-scopes name)'

function scopeLists(before: Realm, after: Realm): readonly KcadmCommand[] {
  const lists = [
    ['defaultDefaultClientScopes', 'default-default-client-scopes'],
    ['defaultOptionalClientScopes', 'default-optional-client-scopes'],
  ] as const
  const path = (list: string, name: string) => `"${list}/${found('scope', name)}"`
  return [
    ...lists.flatMap(([key, list]) =>
      more(after[key], before[key]).map((name) => ({ line: `kc delete ${path(list, name)} -r "$REALM"` })),
    ),
    ...lists.flatMap(([key, list]) => more(before[key], after[key]).map((name) => assign(path(list, name)))),
  ]
}

/** Puts a scope into a list of scopes. */
function assign(path: string): KcadmCommand {
  return { line: `assign ${path}` }
}

function clients(before: Realm, after: Realm): readonly KcadmCommand[] {
  return (after.clients ?? []).flatMap((client: RealmClient) => {
    const there = before.clients?.find(({ clientId }) => clientId === client.clientId)
    if (!there) return [create('clients', client)]
    const path = `clients/${found('client', client.clientId)}`
    const own = there.defaultClientScopes ?? strings(before.defaultDefaultClientScopes)
    const wanted = client.defaultClientScopes ?? own
    return [
      ...update(`"${path}"`, attributes(there.attributes, client.attributes)),
      ...more(own, wanted).map((name) => assign(`"${path}/default-client-scopes/${found('scope', name)}"`)),
    ]
  })
}

/** Adds the missing parts of composite roles. */
function roles(before: Realm, after: Realm): readonly KcadmCommand[] {
  const parts = (role: Json | undefined) => (role?.composites as Json | undefined)?.realm
  return items(after.roles?.realm).flatMap((role) => {
    const there = items(before.roles?.realm).find(({ name }) => name === role.name)
    return more(parts(there), parts(role)).map((name) => ({
      line: `kc add-roles -r "$REALM" --rname ${singleQuoted(String(role.name))} --rolename ${singleQuoted(name)}`,
    }))
  })
}

function scopeMappings(before: Realm, after: Realm): readonly KcadmCommand[] {
  return (after.scopeMappings ?? []).flatMap(({ clientScope, roles: wanted }) => {
    const there = before.scopeMappings?.find((one) => one.clientScope === clientScope)
    const added = more(there?.roles, wanted)
    if (clientScope === undefined || added.length === 0) return []
    const ids = added.map((name) => `{"id":"${found('role', name)}"}`)
    const path = `client-scopes/${found('scope', clientScope)}/scope-mappings/realm`
    return [{ line: `create "${path}"`, body: `[${ids.join(',')}]`, expands: true }]
  })
}

function policies(before: Realm, after: Realm): readonly KcadmCommand[] {
  const [there, wanted] = [registrationPolicies(before), registrationPolicies(after)]
  const find = (list: readonly RegistrationPolicy[], policy: RegistrationPolicy) =>
    list.find((one) => identity(one) === identity(policy))
  const path = ({ providerId, subType }: RegistrationPolicy) =>
    `"components/${found('policy', `${providerId},${subType ?? ''}`)}"`
  return [
    ...there
      .filter((policy) => !find(wanted, policy))
      .map((policy) => ({ line: `kc delete ${path(policy)} -r "$REALM"` })),
    ...wanted.flatMap((policy) => {
      const old = find(there, policy)
      if (!old) return [create('components', { ...policy, providerType: REGISTRATION_POLICY })]
      const [from, to] = [old.config ?? {}, policy.config ?? {}]
      return update(
        path(policy),
        changed(from, to).map((key) => [`config."${key}"`, to[key]]),
      )
    }),
  ]
}

/** Client profiles and client policies are lists that Keycloak only takes as a whole. */
function clientPolicies(
  before: Realm,
  after: Realm,
  key: 'clientProfiles' | 'clientPolicies',
  list: 'profiles' | 'policies',
): readonly KcadmCommand[] {
  const of = (realm: Realm) => items((realm[key] as Json | undefined)?.[list])
  const there = of(before)
  const wanted = of(after)
  if (isDeepStrictEqual(there, wanted)) return []
  const line = `kc update "client-policies/${list}" -r "$REALM"`
  const others = wanted.filter((one) => !there.some((old) => isDeepStrictEqual(old, one)))
  const isAddition = others.every(({ name }) => !there.some((old) => old.name === name))
  if (!isAddition) return [{ line: `${line} -f -`, body: printableJson({ [list]: wanted }) }]
  return others.map((one) => ({
    line: `has "$CLIENT_${list.toUpperCase()}" ${singleQuoted(String(one.name))} || ${line} -s ${singleQuoted(`${list}+=${printableJson(one)}`)}`,
  }))
}

function users(before: Realm, after: Realm): readonly KcadmCommand[] {
  return (after.users ?? []).flatMap(({ username, realmRoles }, at) =>
    more(before.users?.[at]?.realmRoles, realmRoles).map((role) => ({
      line: `kc add-roles -r "$REALM" --uusername ${singleQuoted(username)} --rolename ${singleQuoted(role)}`,
    })),
  )
}

function create(path: string, thing: object): KcadmCommand {
  return { line: `create ${path}`, body: printableJson(thing) }
}

function update(path: string, values: readonly (readonly [key: string, value: unknown])[]): KcadmCommand[] {
  if (values.length === 0) return []
  const set = values.map(([key, value]) => `-s ${singleQuoted(`${key}=${valueText(value)}`)}`)
  const target = path.startsWith('"realms/') ? '' : ' -r "$REALM"'
  return [{ line: `kc update ${path}${target} ${set.join(' ')}` }]
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : printableJson(value)
}

function attributes(before: Json = {}, after: Json = {}): readonly (readonly [string, unknown])[] {
  return changed(before, after).map((key) => [`attributes."${key}"`, after[key]])
}

/** The keys whose values differ. */
function changed(before: Json, after: Json): readonly string[] {
  return Object.keys(after).filter((key) => !isDeepStrictEqual(before[key], after[key]))
}

/** The names that only the second list has. */
function more(before: unknown, after: unknown): readonly string[] {
  const known = new Set(strings(before))
  return strings(after).filter((name) => !known.has(name))
}

/** Looks an id up by its name, inside double quotes or in an input that the shell expands. */
function found(what: 'scope' | 'client' | 'role' | 'policy', name: string): string {
  return `$(${what} ${singleQuoted(name)})`
}
