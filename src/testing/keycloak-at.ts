import { withoutTrailingSlash } from '../config/endpoints.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'

/**
 * A Keycloak that is reached by its URL, whoever runs it.
 *
 * @param of its folder is where things about it are kept
 */
export function keycloakAt(of: Pick<RunningKeycloak, 'url' | 'admin' | 'folder'>): RunningKeycloak {
  const { url, admin, folder } = of
  return {
    runtime: 'external',
    url: withoutTrailingSlash(url),
    admin,
    adminFile: undefined,
    diagnose: async () => undefined,
    folder,
    lastLog: async () => [],
  }
}
