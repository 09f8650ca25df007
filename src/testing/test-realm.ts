import type { RealmEndpoints } from '../config/endpoints.ts'
import { McpKeycloakError } from '../errors.ts'
import type { Admin } from '../keycloak/admin.ts'
import { discover } from '../oauth/discover.ts'
import type { ClientMetadata } from '../oauth/register.ts'
import type { VerifyOptions, VerifyReport } from '../operations/verify.ts'
import type { ProvisionReport } from '../provisioning/provision.ts'
import { differenceWarning } from '../provisioning/realm-difference.ts'
import type { Realm } from '../realm/schema.ts'
import type { RunningKeycloak } from '../runtime/runtime.ts'
import { clientRegistry } from './client-registry.ts'
import { ifReachable } from './if-reachable.ts'
import type { LeakedClient } from './leaks.ts'
import { type RealmTokens, realmTokens } from './realm-tokens.ts'
import { removeRealm } from './remove-realm.ts'
import { registerTestClient, type TestClient } from './test-client.ts'
import { type TestUsers, usersOf } from './test-users.ts'

/** A realm for one test: clients that register, tokens from real logins, users. Removed at the end of the scope. */
export interface TestRealm extends RealmTokens, AsyncDisposable {
  readonly name: string
  /** The `iss` of its tokens. */
  readonly issuer: string
  readonly endpoints: RealmEndpoints
  /** The MCP endpoints that its tokens are for. */
  readonly mcpUrls: readonly string[]
  /** The scopes that clients see and may request. */
  readonly scopes: readonly string[]
  /** The token that clients must register with; `null` in a realm with open registration. */
  readonly initialAccessToken: string | null
  /** Problems that did not stop the realm from working. */
  readonly warnings: readonly string[]
  readonly users: TestUsers
  /** Registers a client (RFC 7591). Defaults: those of a public client on a loopback address. */
  registerClient(metadata?: Partial<ClientMetadata>): Promise<TestClient>
  /**
   * Asserts that a running MCP server protects itself with this realm, as `mcp-keycloak verify` does. Clients must be
   * able to log in, and the server must refuse bad tokens. Also fails when a bad token cannot be created. Takes some
   * seconds. With `quick: false`, it sends every bad token with every request.
   *
   * @returns the report when nothing failed; it may have warnings
   * @throws {Error} `NotProtectedError`: its message has each fault with why and fix
   * @throws {McpKeycloakError} `USAGE_INVALID` for an invalid MCP URL, `NOT_RUNNING` after `drop()` and `stop()`
   */
  expectProtected(mcpUrl: string, options?: VerifyOptions): Promise<VerifyReport>
  /** Removes the realm and reports undeleted clients. */
  drop(): Promise<void>
}

/** The parts of a test realm. */
export interface TestRealmParts {
  readonly keycloak: RunningKeycloak
  readonly realm: Realm
  readonly report: ProvisionReport
  readonly admin: () => Promise<Admin>
  /** A file that records the clients for another process. */
  readonly journal: string | undefined
  /** Whether the server was stopped. */
  readonly isStopped: () => boolean
  /** Called after the realm's removal, with its undeleted clients. */
  readonly onDropped: (leaks: readonly LeakedClient[]) => void
}

/** A test realm, with the methods for its server. */
export interface OwnedRealm {
  readonly realm: TestRealm
  readonly leaks: () => readonly LeakedClient[]
}

/** Creates the handle of a new test realm. */
export async function testRealm(parts: TestRealmParts): Promise<OwnedRealm> {
  const { keycloak, realm, report, admin, isStopped, onDropped, journal } = parts
  const { endpoints, initialAccessToken } = report
  const name = realm.realm
  const server = await discover(endpoints.issuer)
  const clients = clientRegistry(name, journal)
  let dropped = false
  const isGone = () => dropped || isStopped()
  const assertThere = () => {
    if (isGone()) throw gone(name, isStopped())
  }
  const applied = async () => {
    assertThere()
    return { keycloak, admin: await admin(), realm, gone: null, isManaged: true, endpoints }
  }
  const users = usersOf(realm, applied)
  const registry = { realm: name, server, initialAccessToken, admin, clients, isGone, assertThere }
  const drop = async () => {
    if (isGone()) return
    dropped = true
    await removeRealm(keycloak, await admin(), name)
    onDropped(clients.left())
  }
  const test: TestRealm = {
    ...realmTokens({ applied, server, users, clients }),
    name,
    issuer: endpoints.issuer,
    endpoints,
    mcpUrls: report.mcpUrls,
    scopes: report.scopes,
    initialAccessToken,
    warnings: [
      ...(report.difference ? [differenceWarning(name, report.difference)] : []),
      ...report.warnings,
    ],
    users,
    registerClient: (metadata = {}) => registerTestClient(registry, metadata),
    async expectProtected(mcpUrl, options = {}) {
      const { expectProtected } = await import('./expect-protected.ts') // few tests need an MCP client
      return expectProtected(await applied(), mcpUrl, options)
    },
    drop,
    [Symbol.asyncDispose]: () => ifReachable(drop()),
  }
  return { realm: test, leaks: clients.left }
}

function gone(realm: string, stopped: boolean): McpKeycloakError {
  return new McpKeycloakError('NOT_RUNNING', {
    what: stopped
      ? 'This Keycloak was stopped: nothing registers or logs in any more.'
      : `The realm "${realm}" was dropped.`,
    why: stopped ? 'stop() was called, or its scope ended.' : 'drop() was called, or its scope ended.',
    fix: 'Do it before, or hold the Keycloak and the realm in a wider scope: beforeAll and afterAll.',
  })
}
