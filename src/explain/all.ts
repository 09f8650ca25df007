import { AUDIENCE_FAILURES } from './failures/audience.ts'
import { CLIENT_FAILURES } from './failures/client-authentication.ts'
import { DATA_FAILURES } from './failures/database.ts'
import { DISCOVERY_FAILURES } from './failures/discovery.ts'
import { FOREIGN_FAILURES } from './failures/foreign.ts'
import { STATUS_FAILURES } from './failures/http-statuses.ts'
import { ISSUER_FAILURES } from './failures/issuer.ts'
import { PART_FAILURES } from './failures/keycloak-parts.ts'
import { LOGIN_FAILURES } from './failures/login.ts'
import { LOGIN_USER_FAILURES } from './failures/login-user.ts'
import { MACHINE_FAILURES } from './failures/machine.ts'
import { MCP_SERVER_FAILURES } from './failures/mcp-server.ts'
import { MCP_SESSION_FAILURES } from './failures/mcp-session.ts'
import { METADATA_FAILURES } from './failures/metadata.ts'
import { NETWORK_FAILURES } from './failures/network.ts'
import { CODE_FAILURES } from './failures/oauth-codes.ts'
import { REGISTRATION_CLIENT_FAILURES } from './failures/registration-clients.ts'
import { REGISTRATION_POLICY_FAILURES } from './failures/registration-policies.ts'
import { REGISTRATION_REQUEST_FAILURES } from './failures/registration-request.ts'
import { START_FAILURES } from './failures/server-start.ts'
import { KEY_FAILURES } from './failures/signing-keys.ts'
import { TLS_FAILURES } from './failures/tls.ts'
import { TOKEN_FAILURES } from './failures/token.ts'
import type { KnownFailure } from './known-failure.ts'

/** All known failures, in the order of the flow. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  ...FOREIGN_FAILURES,
  ...START_FAILURES,
  ...DATA_FAILURES,
  ...MACHINE_FAILURES,
  ...NETWORK_FAILURES,
  ...TLS_FAILURES,
  ...PART_FAILURES,
  ...METADATA_FAILURES,
  ...DISCOVERY_FAILURES,
  ...REGISTRATION_POLICY_FAILURES,
  ...REGISTRATION_REQUEST_FAILURES,
  ...REGISTRATION_CLIENT_FAILURES,
  ...LOGIN_FAILURES,
  ...LOGIN_USER_FAILURES,
  ...CLIENT_FAILURES,
  ...TOKEN_FAILURES,
  ...AUDIENCE_FAILURES,
  ...ISSUER_FAILURES,
  ...KEY_FAILURES,
  ...MCP_SERVER_FAILURES,
  ...MCP_SESSION_FAILURES,
  ...CODE_FAILURES,
  ...STATUS_FAILURES,
]
