import { ok, skip, type VerifyCheck } from '../../check.ts'
import { bearer, withCredentials } from '../../doors/door.ts'
import { isRefused, isServed } from '../../mcp-endpoint.ts'
import { FIRST_METHODS, mcpRequest } from '../../protocol.ts'

/** Names what happens to a token after its login. All of it is right: a server may check tokens offline. */
export const tokenLife: VerifyCheck = {
  name: 'token-life',
  title: 'Refresh, revocation, iss of the login (named only)',
  async run(inspection) {
    if (isServed(await inspection.withoutToken())) return skip('It asks for no token at all.')
    await inspection.accepted()
    const { endpoint, mcpUrl } = inspection
    const { client } = await inspection.attempt()
    const { server } = await inspection.authorizationServer()
    const first = mcpRequest(await inspection.era(), FIRST_METHODS[await inspection.era()])
    const ask = (token: string) => endpoint.send(withCredentials(first, bearer(token), mcpUrl))
    const { accessToken, refreshToken } = await client.logIn()
    const refreshed = refreshToken === undefined ? undefined : await client.refresh(refreshToken)
    const { accessToken: latest = accessToken, refreshToken: rest = refreshToken } = refreshed ?? {}
    const afterRefresh = refreshed && (isServed(await ask(latest)) ? 'accepted' : 'refused')
    const isRevoked = await client.revoke(rest ?? latest)
    const afterRevocation = isRevoked ? await ask(latest) : undefined
    return ok(
      [
        server.authorization_response_iss_parameter_supported === true
          ? 'The login answers with "iss" (RFC 9207)'
          : 'The login answers without "iss" (RFC 9207)',
        afterRefresh ? `a refreshed token is ${afterRefresh}` : 'there is no refresh',
        afterRevocation === undefined
          ? 'the login cannot be revoked'
          : isRefused(afterRevocation)
            ? 'after the revocation the token is refused'
            : 'after the revocation the token is accepted until it expires',
      ].join('; '),
    )
  },
}
