import KeycloakAdminClient from '@keycloak/keycloak-admin-client'

import { command } from '../config/command.ts'
import { unreachable } from '../config/unreachable.ts'
import { McpKeycloakError } from '../errors.ts'

/** A logged-in connection to the Admin API. */
export type Admin = KeycloakAdminClient

/** The address of the Admin API, and the administrator. */
export interface AdminLogin {
  /** Keycloak's base URL without a trailing slash. */
  readonly url: string
  readonly admin: { readonly username: string; readonly password: string }
  /** The name of the server's runtime. The fix of a refusal depends on it. */
  readonly runtime: string
  /** The file with the password of a managed instance. */
  readonly adminFile?: string | undefined
  /** Looks on this machine for the reason of a server's failure; `undefined` when none is found. */
  readonly diagnose?: (() => Promise<McpKeycloakError | undefined>) | undefined
}

/** Limit for a call of the Admin API, so that no command hangs. */
const REQUEST_TIMEOUT_MS = 60_000

/** The same for a realm, which Keycloak creates or deletes within one call: thousands of users take minutes. */
const REALM_TIMEOUT_MS = 300_000

/**
 * Logs in to the Admin API as an administrator of realm master, and again when the token has expired after a minute. A
 * call without an answer, or without permission, throws our error. Any other refusal is an error of the admin client.
 *
 * @throws {McpKeycloakError} `ADMIN_LOGIN_REFUSED`, `KEYCLOAK_UNREACHABLE`; so do its calls
 */
export async function adminLogin(login: AdminLogin): Promise<Admin> {
  const admin = new KeycloakAdminClient({
    baseUrl: login.url,
    realmName: 'master',
    timeout: REQUEST_TIMEOUT_MS,
    requestOptions: { redirect: 'manual' }, // a redirected login would take the password elsewhere
  })
  await authenticate(admin, login)
  admin.registerTokenProvider({
    async getAccessToken() {
      if (admin.isTokenExpired()) await authenticate(admin, login)
      return admin.accessToken ?? ''
    },
  })
  giveTime(admin, 'create')
  giveTime(admin, 'del')
  for (const resource of Object.values(admin)) if (isResource(resource)) explainRefusals(resource, login)
  return admin
}

async function authenticate(admin: Admin, login: AdminLogin): Promise<void> {
  const { username, password } = login.admin
  try {
    await admin.auth({ grantType: 'password', clientId: 'admin-cli', username, password })
  } catch (cause) {
    if (isFailure(cause)) throw await failed(login, cause)
    throw status(cause) === undefined ? await silent(login, cause) : refused(login, cause)
  }
}

/** Raises the limit during a call for a realm: the admin client has one limit for all calls. */
function giveTime(admin: Admin, name: 'create' | 'del'): void {
  const resource = admin.realms as unknown as Record<string, Call>
  const call = resource[name]
  if (call === undefined) return
  resource[name] = async (...args) => {
    admin.timeout = REALM_TIMEOUT_MS
    try {
      return await call(...args)
    } finally {
      admin.timeout = REQUEST_TIMEOUT_MS
    }
  }
}

type Call = (...args: unknown[]) => Promise<unknown>

function isResource(value: unknown): value is Record<string, Call> {
  return typeof value === 'object' && value !== null && 'makeRequest' in value
}

/** The admin client has no hook for errors; each of its calls is a field of a resource. */
function explainRefusals(resource: Record<string, Call>, login: AdminLogin): void {
  for (const [name, call] of Object.entries(resource)) {
    if (typeof call !== 'function' || /^make/.test(name)) continue
    resource[name] = async (...args) => {
      const answer = await call(...args).catch(async (cause: unknown) => {
        if (!isFailure(cause)) throw await explained(login, cause)
        const error = await failed(login, cause)
        // The caller explains a realm or a user that makes Keycloak fail.
        throw error.code === 'KEYCLOAK_FAILED' && name === 'create' ? cause : error
      })
      if (isCutOff(answer)) throw await failed(login, new CutOffAnswer())
      return answer
    }
  }
}

/** Keycloak sends a list while it reads it. After a failure the list ends early: the status is 200, the body is not JSON. */
class CutOffAnswer extends Error {
  readonly response = { status: 200 }
  constructor() {
    super('the answer is cut off.')
  }
}

/**
 * Whether an answer is text. The admin client returns the text of an answer that is not JSON. No call here asks for
 * text.
 */
function isCutOff(answer: unknown): boolean {
  return typeof answer === 'string' && answer !== ''
}

async function explained(login: AdminLogin, cause: unknown): Promise<unknown> {
  if (cause instanceof McpKeycloakError) return cause
  if (status(cause) === 403 || status(cause) === 401) return forbidden(login, cause)
  return cause instanceof TypeError || (cause as Error).name === 'TimeoutError' ? silent(login, cause) : cause
}

/** Creates the error for a server that does not answer: it was killed, or it is not running. */
async function silent({ url, diagnose }: AdminLogin, cause: unknown): Promise<McpKeycloakError> {
  return (await diagnose?.().catch(() => undefined)) ?? unreachable(url, cause)
}

/** HTTP status of an error of the admin client; `undefined` without a response. */
export function status(error: unknown): number | undefined {
  const response = (error as { response?: { status?: unknown } } | undefined)?.response
  return typeof response?.status === 'number' ? response.status : undefined
}

/** Keycloak's message in an error of the admin client. */
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

/** Whether Keycloak or a proxy failed. Such a failure says nothing about the password or the data. */
function isFailure(error: unknown): boolean {
  const answer = status(error) ?? 0
  const { error: code } = ((error as { responseData?: unknown }).responseData ?? {}) as { error?: unknown }
  if (answer === 429 || answer >= 500) return true
  // With a full disk Keycloak also answers 400, with one of these texts.
  return answer > 0 && (code === 'unknown_error' || answerText(error) === 'Database operation failed')
}

async function failed({ url, runtime, diagnose }: AdminLogin, cause: unknown): Promise<McpKeycloakError> {
  const seen = await diagnose?.().catch(() => undefined)
  if (seen) return seen
  return new McpKeycloakError('KEYCLOAK_FAILED', {
    what: `Keycloak at ${url} failed to answer.`,
    why: `It answered ${status(cause)}: ${answerText(cause)}`,
    fix:
      runtime === 'external'
        ? 'Check the log of that Keycloak, then run the command again.'
        : `${command('logs', { level: 'ERROR' })} shows the reason. Fix it, then restart: ${command('down')}, ${command('up')}. The data stays.`,
    cause,
  })
}

function refusalFix({ runtime, adminFile = 'admin.json' }: AdminLogin): string {
  return runtime === 'external'
    ? 'Set MCP_KEYCLOAK_ADMIN_USERNAME and MCP_KEYCLOAK_ADMIN_PASSWORD to an administrator of its realm master.'
    : `If you changed the password in the admin console, write the new one into ${adminFile}. If you do not know it, rename that file, then ${command('up', { yes: true })}: it creates a new administrator; realms, users and clients stay.`
}

function forbidden({ url, admin }: AdminLogin, cause: unknown): McpKeycloakError {
  return new McpKeycloakError('ADMIN_LOGIN_REFUSED', {
    what: `The administrator "${admin.username}" of ${url} lacks a permission.`,
    why: `Keycloak answered ${status(cause)}: ${answerText(cause)}`,
    fix: 'Give that user the realm role "admin" of the realm master, or name another administrator: MCP_KEYCLOAK_ADMIN_USERNAME, MCP_KEYCLOAK_ADMIN_PASSWORD.',
    cause,
  })
}
