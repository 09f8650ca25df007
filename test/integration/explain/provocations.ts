import { LOGIN_PROVOCATIONS } from './login.ts'
import { MCP_SERVER_PROVOCATIONS } from './mcp-server.ts'
import type { Provocation } from './provocation.ts'
import { REGISTRATION_PROVOCATIONS } from './registration.ts'
import { SDK_PROVOCATIONS } from './sdk.ts'
import { TOKEN_PROVOCATIONS } from './token.ts'
import { EXCHANGE_PROVOCATIONS } from './token-exchange.ts'

const STRICT_PROVOCATIONS: readonly Provocation[] = [
  {
    name: 'a registration without a token, where one is needed',
    seen: ['initial-access-token-required'],
    server: ['initial-access-token-required'],
    provoke: (world) => world.register({}),
  },
]

/** Every way to be refused that needs no feature of the server, by the overlay that it needs. */
export const PROVOCATIONS: readonly (readonly [overlay: string | undefined, readonly Provocation[]])[] = [
  [
    undefined,
    [
      ...REGISTRATION_PROVOCATIONS,
      ...SDK_PROVOCATIONS,
      ...LOGIN_PROVOCATIONS,
      ...TOKEN_PROVOCATIONS,
      ...MCP_SERVER_PROVOCATIONS,
    ],
  ],
  ['token-exchange', EXCHANGE_PROVOCATIONS],
  ['strict', STRICT_PROVOCATIONS],
]
