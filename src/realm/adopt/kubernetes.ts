import { stringify } from 'yaml'

import type { NeedStep } from '../needs/all.ts'
import type { Realm } from '../schema.ts'
import { jsonPatch } from './json-patch.ts'

/** The place of the realm in a KeycloakRealmImport. */
const REALM = '/spec/realm'

/**
 * Writes a JSON Patch (RFC 6902) of a KeycloakRealmImport as YAML, for `kubectl patch --type json` and for kustomize. It
 * fails for a resource with other items at the changed places.
 *
 * @param realm the realm in the resource
 */
export function realmImportPatch(realm: Realm, steps: readonly NeedStep[]): string {
  const [first] = steps
  if (!first) return '[]\n'
  const defaults = jsonPatch(realm, first.before, REALM)
  return [
    '# Adds what MCP clients and servers need to a KeycloakRealmImport.',
    '# kubectl patch keycloakrealmimport <name> --type json --patch-file <this file>',
    '# Keycloak reads a KeycloakRealmImport once, when it creates the realm.',
    ...(defaults.length > 0
      ? [
          "# Keycloak's own defaults. It leaves them out of a realm that has one item of such a list.",
          yaml(defaults),
        ]
      : []),
    ...steps.flatMap(({ need: { title, reason, url }, before, after }) => [
      `# ${title}. ${reason}`,
      `# ${url}`,
      yaml(jsonPatch(before, after, REALM)),
    ]),
  ]
    .map((part) => part.trimEnd())
    .join('\n')
    .concat('\n')
}

function yaml(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })
}
