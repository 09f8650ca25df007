import { inspect } from 'node:util'

import { exchangeAuthorization, registerClient } from '@modelcontextprotocol/sdk/client/auth.js'

import { GONE, type Provocation } from './provocation.ts'
import { REDIRECT } from './world.ts'

/** As the OAuth code of the MCP TypeScript SDK shows it. */
export const SDK_PROVOCATIONS: readonly Provocation[] = [
  {
    name: 'the MCP SDK, with a redirect URI on a host that is not trusted',
    seen: ['redirect-host-not-trusted'],
    server: ['redirect-host-not-trusted', 'app.example'],
    provoke: ({ realm }) => {
      const clientMetadata = { redirect_uris: ['https://app.example/callback'] }
      return exception(
        registerClient(realm.server.issuer, { metadata: realm.server as never, clientMetadata }),
      )
    },
  },
  {
    name: 'the MCP SDK, with a client that is gone',
    seen: ['client-unknown'],
    server: ['client-unknown', GONE.client_id],
    provoke: ({ realm }) =>
      exception(
        exchangeAuthorization(realm.server.issuer, {
          metadata: realm.server as never,
          clientInformation: GONE,
          authorizationCode: 'x',
          codeVerifier: 'x',
          redirectUri: REDIRECT,
        }),
      ),
  },
]

/** What a program prints of an exception. */
async function exception(failing: Promise<unknown>): Promise<string> {
  return failing.then(
    () => 'it did not fail',
    (error: Error) => inspect(error),
  )
}
