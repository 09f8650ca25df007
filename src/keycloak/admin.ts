import KeycloakAdminClient from '@keycloak/keycloak-admin-client'

import { McpKeycloakError } from '../errors.ts'

/** A logged-in connection to the Admin API. */
export type Admin = KeycloakAdminClient

/** Where the Admin API is, and who calls it. */
export interface AdminLogin {
  /** Keycloak's base URL without a trailing slash. */
  readonly url: string
  readonly admin: { readonly username: string; readonly password: string }
  /** Who runs it: what cures a refusal depends on it. */
  readonly runtime: string
}

/** The Admin API must not keep a command hanging. */
const REQUEST_TIMEOUT_MS = 60_000

/**
 * Logs in to the Admin API as an administrator of realm master.
 *
 * @throws {McpKeycloakError} `ADMIN_LOGIN_REFUSED`, `KEYCLOAK_UNREACHABLE`
 */
export async function adminLogin(login: AdminLogin): Promise<Admin> {
  const admin = new KeycloakAdminClient({
    baseUrl: login.url,
    realmName: 'master',
    timeout: REQUEST_TIMEOUT_MS,
  })
  try {
    await admin.auth({
      grantType: 'password',
      clientId: 'admin-cli',
      username: login.admin.username,
      password: login.admin.password,
    })
    return admin
  } catch (cause) {
    throw status(cause) === undefined ? unreachable(login, cause) : refused(login, cause)
  }
}

/** HTTP status of an error of the admin client; `undefined` when no answer came at all. */
export function status(error: unknown): number | undefined {
  const response = (error as { response?: { status?: unknown } } | undefined)?.response
  return typeof response?.status === 'number' ? response.status : undefined
}

/** What Keycloak said in an error of the admin client. */
export function answerText(error: unknown): string {
  const data = (error as { responseData?: unknown } | undefined)?.responseData
  if (typeof data === 'object' && data !== null) {
    const { errorMessage, error_description, error: code } = data as Record<string, unknown>
    const text = errorMessage ?? error_description ?? code
    if (typeof text === 'string') return text
  }
  return typeof data === 'string' && data ? data.slice(0, 300) : (error as Error).message
}

function refused(login: AdminLogin, cause: unknown): McpKeycloakError {
  const noKeycloak = status(cause) === 404
  return new McpKeycloakError('ADMIN_LOGIN_REFUSED', {
    what: noKeycloak
      ? `There is no Keycloak at ${login.url}.`
      : `Keycloak at ${login.url} refused the administrator "${login.admin.username}".`,
    why: `It answered ${status(cause)}: ${answerText(cause)}`,
    fix: noKeycloak
      ? 'Check the URL: with a path such as /auth when that Keycloak has one.'
      : refusalFix(login),
    cause,
  })
}

function refusalFix({ runtime }: AdminLogin): string {
  return runtime === 'external'
    ? 'Set MCP_KEYCLOAK_ADMIN_USERNAME and MCP_KEYCLOAK_ADMIN_PASSWORD to an administrator of its realm master.'
    : 'Its database was made with another password. If you changed it, change it back; or start over: mcp-keycloak down --purge'
}

function unreachable(login: AdminLogin, cause: unknown): McpKeycloakError {
  const reason = (cause as Error).cause as NodeJS.ErrnoException | undefined
  return new McpKeycloakError('KEYCLOAK_UNREACHABLE', {
    what: `Keycloak at ${login.url} does not answer.`,
    why: reason?.message || reason?.code || (cause as Error).message, // no message when several addresses were tried
    fix: 'Check the URL, and that Keycloak runs.',
    cause,
  })
}
