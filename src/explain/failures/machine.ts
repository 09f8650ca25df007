import { command } from '../../config/command.ts'
import type { KnownFailure } from '../known-failure.ts'
import { LINKS } from '../links.ts'

/** Failures of containers and of the import at their start. */
export const MACHINE_FAILURES: readonly KnownFailure[] = [
  {
    id: 'container-unhealthy',
    topic: 'machine',
    cause: 'health-check',
    example: 'dependency failed to start: container keycloak is unhealthy',
    text: [/container (?<container>\S+) is unhealthy/, /\((?<state>unhealthy)\)/],
    culprit: ({ container }) => container,
    explain: () => ({
      what: 'The health check of the container fails, although Keycloak may work.',
      why: "Keycloak's image has no curl. Since version 25, health is on port 9000, and only with KC_HEALTH_ENABLED=true.",
      fix: `Use the health check from compose/keycloak.yaml, or use a managed instance: ${command('up')}`,
    }),
    link: LINKS.unhealthy,
  },
  {
    id: 'import-skipped',
    topic: 'machine',
    cause: 'realm-import',
    example: "Realm 'fastmcp' already exists. Import skipped",
    text: [/Realm '?(?<realm>[\w.-]+)'? already exists\. Import skipped/],
    culprit: ({ realm }) => realm,
    explain: (_, realm) => ({
      what: `The realm${realm ? ` "${realm}"` : ''} already existed, so Keycloak did not read its file.`,
      why: '--import-realm never changes an existing realm, so edits of the file have no effect.',
      fix: command('reset-realm', { realm }),
    }),
    link: LINKS.importSkipped,
  },
]
