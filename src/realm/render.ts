import { createHash } from 'node:crypto'

import type { RealmOptions } from '../config/realm-options.ts'
import { assertDistinctUsers } from './distinct-users.ts'
import { applyOverlays, type Overlay } from './overlay.ts'
import { audience } from './patches/audience.ts'
import { baseUrls } from './patches/base-url.ts'
import { documentResources } from './patches/client-metadata-documents.ts'
import { downstream } from './patches/downstream.ts'
import { noConsent, trustedHosts, webOrigins } from './patches/registration-policies.ts'
import { roles } from './patches/roles.ts'
import { mapsRoles, rolesInTokens } from './patches/roles-in-tokens.ts'
import { scopes } from './patches/scopes.ts'
import { serviceAccounts } from './patches/service-account.ts'
import { tokenLifespan } from './patches/token-lifespan.ts'
import { userAttributes } from './patches/user-attributes.ts'
import { declareMappedAttributes } from './patches/user-profile.ts'
import { users } from './patches/users.ts'
import { realmName } from './realm-name.ts'
import { assertReferences } from './references.ts'
import type { Realm, RealmPatch } from './schema.ts'

/** The options that a realm is rendered with. */
export type RenderOptions = RealmOptions & { readonly realm?: string | undefined }

/**
 * Renders a realm: the file, the overlays on it, then the patches of the options, in this order.
 *
 * @param complete changes the realm before the options do
 * @throws {McpKeycloakError} `REALM_INVALID`
 */
export function renderRealm(
  base: Realm,
  options: RenderOptions,
  overlays: readonly Overlay[] = [],
  complete: RealmPatch = (realm) => realm,
): Realm {
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
    complete(applyOverlays(base, overlays)),
  )
  assertReferences(rendered, base)
  assertDistinctUsers(rendered)
  return rendered
}

/** A short hash of a rendered realm: two realms with the same hash are the same. */
export function hashRealm(realm: Realm): string {
  return createHash('sha256').update(JSON.stringify(realm)).digest('hex').slice(0, 16)
}
