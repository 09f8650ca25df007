import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js'

import { McpKeycloakError } from '../errors.ts'
import { type Admin, answerText, status } from './admin.ts'

/** A user in the format of a realm file, with password and roles. */
export type UserFile = Readonly<Record<string, unknown>> & { readonly username: string }

/**
 * Adds a user with password and roles to a realm. Only an import accepts all of them in one request.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` when the realm has that user, `REALM_REFUSED`
 * @see {@link https://www.keycloak.org/docs-api/latest/rest-api/index.html#_realms_admin Keycloak: partialImport}
 */
export async function importUser(admin: Admin, realm: string, user: UserFile): Promise<void> {
  try {
    const users = [user as UserRepresentation]
    await admin.realms.partialImport({ realm, rep: { ifResourceExists: 'FAIL', users } })
  } catch (cause) {
    if (status(cause) === undefined) throw cause
    const there = status(cause) === 409
    throw new McpKeycloakError(there ? 'USAGE_INVALID' : 'REALM_REFUSED', {
      what: there
        ? `The realm "${realm}" has a user "${user.username}" already.`
        : `Keycloak refused the user "${user.username}".`,
      why: `It answered ${status(cause)}: ${answerText(cause)}`,
      fix: there ? 'Choose another name.' : 'Correct what the answer names.',
      cause,
    })
  }
}
