import { CLIENT_FAILURES } from './failures/client-authentication.ts'
import { DISCOVERY_FAILURES } from './failures/discovery.ts'
import { LOGIN_FAILURES } from './failures/login.ts'
import { MACHINE_FAILURES } from './failures/machine.ts'
import { MCP_SERVER_FAILURES } from './failures/mcp-server.ts'
import { REGISTRATION_POLICY_FAILURES } from './failures/registration-policies.ts'
import { REGISTRATION_REQUEST_FAILURES } from './failures/registration-request.ts'
import { TOKEN_FAILURES } from './failures/token.ts'
import type { KnownFailure } from './known-failure.ts'

/** All known failures, in the order of the flow. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  ...MACHINE_FAILURES,
  ...DISCOVERY_FAILURES,
  ...REGISTRATION_POLICY_FAILURES,
  ...REGISTRATION_REQUEST_FAILURES,
  ...LOGIN_FAILURES,
  ...CLIENT_FAILURES,
  ...TOKEN_FAILURES,
  ...MCP_SERVER_FAILURES,
]
