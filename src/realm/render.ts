import { createHash } from 'node:crypto'

import type { RealmOptions } from '../config/realm-options.ts'
import { audience } from './audience.ts'
import { baseUrls } from './base-url.ts'
import { documentResources } from './client-metadata-documents.ts'
import { noConsent } from './consent.ts'
import { assertDistinctUsers } from './distinct-users.ts'
import { downstream } from './downstream.ts'
import { applyOverlays, type Overlay } from './overlay.ts'
import { realmName } from './realm-name.ts'
import { assertReferences } from './references.ts'
import { roles } from './roles.ts'
import { mapsRoles, rolesInTokens } from './roles-in-tokens.ts'
import type { Realm, RealmPatch } from './schema.ts'
import { scopes } from './scopes.ts'
import { serviceAccounts } from './service-account.ts'
import { tokenLifespan } from './token-lifespan.ts'
import { trustedHosts } from './trusted-hosts.ts'
import { userAttributes } from './user-attributes.ts'
import { declareMappedAttributes } from './user-profile.ts'
import { users } from './users.ts'
import { webOrigins } from './web-origins.ts'

/** What a realm is rendered with. */
export type RenderOptions = RealmOptions & { readonly realm?: string | undefined }

/**
 * The realm as it is applied: the file, the overlays on it, then the patches that the options ask for, in this order.
 *
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export function renderRealm(base: Realm, options: RenderOptions, overlays: readonly Overlay[] = []): Realm {
  const given = <T>(values: readonly T[], patch: (values: readonly T[]) => RealmPatch) =>
    values.length > 0 ? patch(values) : undefined
  const patches: readonly (RealmPatch | undefined)[] = [
    options.realm === undefined ? undefined : realmName(options.realm),
    given(options.role, roles),
    given(options.scope, scopes),
    given(options.trustedHost, trustedHosts),
    given(options.origin, webOrigins),
    given(options.mcpUrl, baseUrls),
    given(options.mcpUrl, audience),
    given(options.downstream, downstream),
    given(options.serviceAccount, serviceAccounts),
    given(options.user, (specs) => users(specs, options.role)),
    mapsRoles(base) && options.role.length === 0 ? undefined : rolesInTokens,
    overlays.length > 0 || options.mcpUrl.length > 0 ? documentResources : undefined,
    given(options.userAttribute, userAttributes),
    overlays.length > 0 ? declareMappedAttributes : undefined,
    options.tokenLifespan === undefined ? undefined : tokenLifespan(options.tokenLifespan),
    options.consent === false ? noConsent : undefined,
  ]
  const rendered = patches.reduce<Realm>(
    (realm, patch) => patch?.(realm) ?? realm,
    applyOverlays(base, overlays),
  )
  assertReferences(rendered)
  assertDistinctUsers(rendered)
  return rendered
}

/** A short hash of a rendered realm: two realms with the same hash are the same. */
export function hashRealm(realm: Realm): string {
  return createHash('sha256').update(JSON.stringify(realm)).digest('hex').slice(0, 16)
}
