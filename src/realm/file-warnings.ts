import { withoutMasked } from './compare/tidy.ts'
import { items } from './lists.ts'
import type { Json } from './overlay.ts'
import { isWithoutVariables, missingVariables, withValues } from './placeholders.ts'
import { isBuiltInScope, takenReferences, type UndefinedReference } from './references.ts'
import type { Realm, RealmUser } from './schema.ts'

/** Keycloak's own themes. */
const THEMES = new Set(['base', 'keycloak', 'keycloak.v2', 'keycloak.v3'])

const THEME_KEYS = ['loginTheme', 'accountTheme', 'adminTheme', 'emailTheme'] as const

/** Component type of user directories such as LDAP. */
const USER_STORAGE = 'org.keycloak.storage.UserStorageProvider'

/** Names in one warning. */
const MOST_NAMES = 5

/** Describes what Keycloak ignores, creates or cannot do with a realm, as far as its file shows it. One sentence for each. */
export function fileWarnings(realm: Realm): readonly string[] {
  return [
    ...disabled(realm),
    ...variables(realm),
    ...otherPlaceholders(realm),
    ...references(realm),
    ...withoutPassword(realm),
    ...hashedPasswords(realm),
    ...maskedSecrets(realm),
    ...themes(realm),
    ...directories(realm),
    ...identityProviders(realm),
  ]
}

function* disabled(file: Realm): Generator<string> {
  const { realm, enabled } = file
  if (String(withValues(enabled, file)) === 'true') return
  yield `The realm "${realm}" is disabled: nobody can log in. Add "enabled": true to its file.`
}

function* variables(realm: Realm): Generator<string> {
  const names = missingVariables(realm)
  if (names.length === 0) return
  const [reason, fix] = isWithoutVariables(realm)
    ? [
        'a realm file that a config file names gets none',
        'To give it your environment, use --variables, or "variables": true in the config file.',
      ]
    : ['these environment variables are not set', 'Set them and run the command again.']
  yield `The placeholders ${listed(names.map((name) => `\${${name}}`))} have no value: ${reason}. ${fix}`
}

/** Placeholders of keycloak-config-cli. */
const CONFIG_CLI = /\$\((?:env|sys|file|base64|const|java|date|url|urlEncoder|xml|dns):[^)]*\)/g

/** Describes the placeholders that only keycloak-config-cli replaces. */
export function* otherPlaceholders(realm: Realm): Generator<string> {
  const found = JSON.stringify(realm).match(CONFIG_CLI) ?? []
  if (found.length === 0) return
  yield `Keycloak takes ${listed(found)} as plain text: only keycloak-config-cli replaces such placeholders. Write \${NAME} or \${NAME:default} in their place, or import the realm with that tool.`
}

function* references(realm: Realm): Generator<string> {
  const byName = Map.groupBy(takenReferences(realm), ({ kind, name, client }) =>
    JSON.stringify([kind, name, client]),
  )
  for (const found of byName.values()) {
    const [first] = found
    if (first) yield undefinedName(first, listed(found.map(({ place }) => place)), realm)
  }
}

function undefinedName({ kind, name, client }: UndefinedReference, places: string, realm: Realm): string {
  if (kind === 'client scope') {
    const reason =
      realm.clientScopes && isBuiltInScope(name)
        ? ' Keycloak adds none of its own scopes to a file with "clientScopes"; to get them, define them there.'
        : ''
    return `The client scope "${name}" is not defined: Keycloak ignores it in ${places}.${reason}`
  }
  const role = client === undefined ? `realm role "${name}"` : `role "${name}" of client "${client}"`
  return `The ${role} is not defined: Keycloak creates it for ${places}, without a description.`
}

function* withoutPassword(realm: Realm): Generator<string> {
  const users = people(realm).filter(({ credentials = [] }) => credentials.length === 0)
  if (users.length > 0)
    yield `${these('user', users)} no password, and cannot log in with one. Add "credentials" to the file.`
}

function* hashedPasswords(realm: Realm): Generator<string> {
  const isHashed = ({ credentials = [] }: RealmUser) =>
    credentials.some((one) => one.type === 'password') &&
    credentials.every(({ value }) => value === undefined)
  const users = people(realm).filter(isHashed)
  if (users.length > 0) {
    yield `${these('user', users)} only a hashed password: a login works, but no command knows the password. For \`token\`, set MCP_KEYCLOAK_USER_PASSWORD.`
  }
}

/** The users who log in themselves, with a password of this realm. */
function people({ users = [] }: Realm): readonly RealmUser[] {
  return users.filter(
    (user) =>
      user.serviceAccountClientId === undefined &&
      user.federationLink === undefined &&
      !nonEmpty(user.federatedIdentities),
  )
}

function* maskedSecrets(realm: Realm): Generator<string> {
  const { paths } = withoutMasked(realm)
  if (paths.length === 0) return
  yield `An export has hidden the secret in ${listed(paths)}: Keycloak takes the asterisks as the secret. Put in the real one.`
}

function* themes(realm: Realm): Generator<string> {
  for (const key of THEME_KEYS) {
    const theme = realm[key]
    if (typeof theme !== 'string' || theme === '' || THEMES.has(theme)) continue
    yield `The theme "${theme}" (${key}) is not part of Keycloak: its default theme is shown instead, unless the server has that theme.`
  }
}

function* directories(realm: Realm): Generator<string> {
  const old = items(realm.userFederationProviders)
  for (const { providerId, providerName, config } of [...items(realm.components?.[USER_STORAGE]), ...old]) {
    if ((providerId ?? providerName) !== 'ldap') continue
    const [url = 'an unknown address'] = [(config as Json | undefined)?.connectionUrl ?? []].flat()
    yield `Users come from the LDAP server at ${url}: while it does not answer, only users of the realm file can log in.`
  }
}

function* identityProviders(realm: Realm): Generator<string> {
  for (const { alias, enabled, config } of items(realm.identityProviders)) {
    if (enabled === false) continue
    const { authorizationUrl, singleSignOnServiceUrl } = (config ?? {}) as Json
    const host = URL.parse(String(authorizationUrl ?? singleSignOnServiceUrl))?.host
    const place = host === undefined ? 'it' : host
    yield `Logins with the identity provider "${alias}" need an answer of ${place}, which has to allow redirects to /realms/${realm.realm}/broker/${alias}/endpoint.`
  }
}

function these(kind: string, users: readonly RealmUser[]): string {
  const names = listed(users.map(({ username }) => `"${username}"`))
  return users.length === 1 ? `The ${kind} ${names} has` : `The ${kind}s ${names} have`
}

function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)]
  const more = distinct.length - MOST_NAMES
  return more > 0 ? `${distinct.slice(0, MOST_NAMES).join(', ')} and ${more} more` : distinct.join(', ')
}

function nonEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}
