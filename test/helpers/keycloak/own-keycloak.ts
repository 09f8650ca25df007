import { inject } from 'vitest'

import type { SharedKeycloak } from './shared-keycloak.ts'

/** The Keycloak of this worker. Only one test file uses it at a time. */
export function sharedKeycloak(): SharedKeycloak {
  const servers = inject('sharedKeycloaks')
  const server = servers[(Number(process.env.VITEST_POOL_ID) - 1) % servers.length]
  if (!server) throw new Error('the global set-up has started no Keycloak')
  return server
}
