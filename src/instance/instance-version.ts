import { command } from '../config/command.ts'
import type { Config } from '../config/schema.ts'
import { isOlderVersion, PINNED_VERSION } from '../config/versions.ts'
import { McpKeycloakError } from '../errors.ts'
import type { InstanceState } from '../runtime/state/state.ts'

/**
 * The version for an instance: the requested one, else the last requested one, else this release's default.
 *
 * @throws {McpKeycloakError} `VERSION_UNSUPPORTED` for one that is older than the instance's data
 */
export function wantedVersion(
  { keycloakVersion }: Pick<Config, 'keycloakVersion'>,
  before: Pick<InstanceState, 'instance' | 'version' | 'chosenVersion'> | undefined,
): string {
  const wanted = keycloakVersion ?? before?.chosenVersion ?? PINNED_VERSION
  if (before === undefined || !isOlderVersion(wanted, before.version)) return wanted
  throw new McpKeycloakError('VERSION_UNSUPPORTED', {
    what: `Instance "${before.instance}" cannot go back from Keycloak ${before.version} to ${wanted}.`,
    why: `Its database is that of Keycloak ${before.version}; an older Keycloak starts on it, but does not know what it finds there ("Possibly incorrect state of migration" in its log).`,
    fix: `Run it as another instance: ${command('up', { instance: '<name>', keycloakVersion: wanted })}. Go on with --keycloak-version ${before.version}.`,
  })
}
