import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import type { RenderOptions } from '../../../src/realm/render.ts'

/** The realm that we ship. */
export const BASE_REALM = await loadRealm(BASE_REALM_FILE)

/** No option that a realm depends on. */
export const NO_OPTIONS: RenderOptions = NO_REALM_OPTIONS

/** All registration policies of a realm file. */
export const POLICIES = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'
