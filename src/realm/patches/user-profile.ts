import { parseJson } from '../../config/files/parse-json.ts'
import { items } from '../lists.ts'
import { isObject } from '../overlay.ts'
import type { Realm } from '../schema.ts'

/** The component type under which a realm keeps its user profile: one component, with JSON as a text. */
const PROVIDER = 'org.keycloak.userprofile.UserProfileProvider'
const CONFIG_KEY = 'kc.user.profile.config'

interface ProfileAttribute {
  readonly name: string
  readonly [setting: string]: unknown
}

interface Profile {
  readonly attributes: readonly ProfileAttribute[]
  readonly [setting: string]: unknown
}

const BOTH = ['admin', 'user']

/** Keycloak's default user profile; a profile has to list these four attributes itself. */
const DEFAULT_PROFILE: Profile = {
  attributes: [
    {
      name: 'username',
      displayName: '${username}',
      validations: {
        length: { min: 3, max: 255 },
        'username-prohibited-characters': {},
        'up-username-not-idn-homograph': {},
      },
      permissions: { view: BOTH, edit: BOTH },
    },
    {
      name: 'email',
      displayName: '${email}',
      validations: { email: {}, length: { max: 255 } },
      required: { roles: ['user'] },
      permissions: { view: BOTH, edit: BOTH },
    },
    ...['firstName', 'lastName'].map((name) => ({
      name,
      displayName: `\${${name}}`,
      validations: { length: { max: 255 }, 'person-name-prohibited-characters': {} },
      required: { roles: ['user'] },
      permissions: { view: BOTH, edit: BOTH },
    })),
  ],
}

/** The attributes that Keycloak requires of each user at a login. */
export function requiredAttributes(realm: Realm): readonly string[] {
  return profileOf(realm)
    .attributes.filter(({ required }) => {
      const { roles = ['user'], scopes } = (required ?? { roles: [] }) as {
        readonly roles?: readonly string[]
        readonly scopes?: unknown
      }
      return roles.includes('user') && scopes === undefined
    })
    .map(({ name }) => name)
}

/** User attributes that mappers put into tokens, except those of every profile. */
export function mappedAttributes(realm: Realm): readonly string[] {
  const known = DEFAULT_PROFILE.attributes.map(({ name }) => name)
  const names = (realm.clientScopes ?? [])
    .flatMap(({ protocolMappers = [] }) => protocolMappers)
    .filter(({ protocolMapper }) => protocolMapper === 'oidc-usermodel-attribute-mapper')
    .flatMap(({ config }) => config?.['user.attribute'] ?? [])
  return [...new Set(names)].filter((name) => !known.includes(name))
}

/** Declares the attributes in tokens, because the Admin API hides undeclared ones. */
export function declareMappedAttributes(realm: Realm): Realm {
  return declareUserAttributes(realm, mappedAttributes(realm))
}

/** Declares attributes that an administrator sees and sets; a declared one stays unchanged. */
export function declareUserAttributes(realm: Realm, names: readonly string[]): Realm {
  if (names.length === 0) return realm
  const component = componentOf(realm)
  const profile = profileOf(realm)
  const known = new Set(profile.attributes.map(({ name }) => name))
  const added = names
    .filter((name) => !known.has(name))
    .map((name) => ({ name, displayName: name, permissions: { view: ['admin'], edit: ['admin'] } }))
  const config = {
    ...component?.config,
    [CONFIG_KEY]: [JSON.stringify({ ...profile, attributes: [...profile.attributes, ...added] })],
  }
  const changed = { providerId: 'declarative-user-profile', subComponents: {}, ...component, config }
  return { ...realm, components: { ...realm.components, [PROVIDER]: [changed] } }
}

function componentOf(realm: Realm): { config?: Record<string, string[]> } | undefined {
  return realm.components?.[PROVIDER]?.[0] as { config?: Record<string, string[]> } | undefined
}

function profileOf(realm: Realm): Profile {
  const text = componentOf(realm)?.config?.[CONFIG_KEY]?.[0]
  const profile: unknown = text && parseJson(text)
  return isObject(profile) && Array.isArray(profile.attributes)
    ? { ...profile, attributes: items(profile.attributes) as unknown as ProfileAttribute[] }
    : DEFAULT_PROFILE
}
