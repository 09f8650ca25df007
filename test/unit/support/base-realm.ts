import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import type { RealmOptions } from '../../../src/realm/render.ts'

/** The realm that we ship. */
export const BASE_REALM = await loadRealm(BASE_REALM_FILE)

/** No option that a realm depends on. */
export const NO_OPTIONS: RealmOptions = { mcpUrl: [], trustedHost: [], user: [] }

/** All registration policies of a realm file. */
export const POLICIES = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'
