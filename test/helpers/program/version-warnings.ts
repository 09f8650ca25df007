import { inject } from 'vitest'

import { versionWarnings } from '../../../src/provisioning/server-warnings.ts'

/** The warnings that every `up` on the shared Keycloak has, because of its version. */
export const ofItsVersion = versionWarnings({
  version: inject('keycloakVersion'),
  features: inject('overlays'),
  registrationFormats: [],
})
