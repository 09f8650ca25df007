import type { ClientScope, ProtocolMapper, Realm } from '../schema.ts'
import type { Need, NeedSources } from './need.ts'

const SCOPE_DOCS = 'https://www.keycloak.org/docs/latest/server_admin/#_client_scopes'

/** The scope that a client gets whatever it registers with. */
export const BASIC = 'basic'

/** Claims that every access token has, by the mapper that adds them. */
const CLAIM_MAPPERS = [
  {
    mapper: 'sub',
    claim: 'sub',
    reason: 'MCP servers know a user by "sub", and Keycloak adds it by a mapper only.',
  },
  { mapper: 'username', claim: 'preferred_username', reason: 'MCP servers show and log the user name.' },
  {
    mapper: 'realm roles',
    claim: 'realm_access.roles',
    reason: 'MCP servers decide by roles which tools a user may call.',
  },
] as const

/** The needs of claims in access tokens. */
export const CLAIM_NEEDS: readonly Need[] = CLAIM_MAPPERS.map(({ mapper, claim, reason }) => ({
  name: `claim-${claim.split('.')[0]?.replaceAll('_', '-')}`,
  title: `Claim ${claim}`,
  severity: 'required',
  reason,
  url: SCOPE_DOCS,
  lacking: (realm, { standard }) => {
    const wanted = mapperOf(standard, mapper)
    return !wanted || hasMapper(scopeNamed(realm, BASIC), wanted)
      ? []
      : [`the scope "basic" has no mapper for it`]
  },
  meet: (realm, { standard }) => {
    const wanted = mapperOf(standard, mapper)
    return wanted ? withMappers(realm, [wanted]) : realm
  },
}))

/** An OpenID Connect scope; a SAML scope may have the same purpose, but not the same name. */
export function scopeNamed(realm: Realm, wanted: string): ClientScope | undefined {
  return realm.clientScopes?.find(({ name, protocol }) => name === wanted && protocol !== 'saml')
}

function mapperOf(standard: Realm, name: string): ProtocolMapper | undefined {
  return scopeNamed(standard, BASIC)?.protocolMappers?.find((mapper) => mapper.name === name)
}

/** Whether a scope puts the same claim into access tokens. */
function hasMapper(scope: ClientScope | undefined, wanted: ProtocolMapper): boolean {
  return (
    scope?.protocolMappers?.some(
      ({ protocolMapper, config }) =>
        protocolMapper === wanted.protocolMapper &&
        config?.['access.token.claim'] !== 'false' &&
        config?.['claim.name'] === wanted.config?.['claim.name'] &&
        config?.['included.client.audience'] === wanted.config?.['included.client.audience'] &&
        config?.['included.custom.audience'] === wanted.config?.['included.custom.audience'],
    ) ?? false
  )
}

/** Adds mappers to the scope of every client. A mapper of the same name gets out of the way by a new name. */
export function withMappers(realm: Realm, wanted: readonly ProtocolMapper[]): Realm {
  return {
    ...realm,
    clientScopes: realm.clientScopes?.map((scope) => {
      if (scope.name !== BASIC || scope.protocol === 'saml') return scope
      const names = new Set(scope.protocolMappers?.map(({ name }) => name))
      const added = wanted.filter((mapper) => !hasMapper(scope, mapper))
      const named = added.map((mapper) =>
        names.has(mapper.name) ? { ...mapper, name: `${mapper.name} (MCP)` } : mapper,
      )
      return { ...scope, protocolMappers: [...(scope.protocolMappers ?? []), ...named] }
    }),
  }
}

/** The audience mappers of the scope of every client, for these MCP URLs. */
function audienceMappers({ standard, mcpUrls }: NeedSources): readonly ProtocolMapper[] {
  const patterns = (scopeNamed(standard, BASIC)?.protocolMappers ?? []).filter(
    ({ protocolMapper }) => protocolMapper === 'oidc-audience-mapper',
  )
  const valuesOf = (key: string): readonly string[] =>
    key === 'included.client.audience' ? mcpUrls : [...new Set(mcpUrls.map((url) => new URL(url).origin))]
  return patterns.flatMap((pattern) =>
    ['included.client.audience', 'included.custom.audience'].flatMap((key) => {
      if (pattern.config?.[key] === undefined) return []
      const values = valuesOf(key)
      return values.map((value) => ({
        ...pattern,
        name: values.length === 1 ? pattern.name : `${pattern.name} ${value}`,
        config: { ...pattern.config, [key]: value },
      }))
    }),
  )
}

/** The audience mappers that the scope of every client lacks. */
export function missingAudiences(realm: Realm, sources: NeedSources): readonly ProtocolMapper[] {
  const scope = scopeNamed(realm, BASIC)
  return audienceMappers(sources).filter((mapper) => !hasMapper(scope, mapper))
}
