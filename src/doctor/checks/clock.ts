import { decodeToken } from '../../oauth/decode-token.ts'
import { type Check, type Finding, fail, ok, skip, warn } from '../check.ts'
import { isMissing } from '../subjects.ts'

/** What a careful verifier of tokens forgives. */
const FORGIVEN_SECONDS = 5

/** What the kindest forgives. */
const TOO_MUCH_SECONDS = 60

/** Whether the server's clock, which may be a virtual machine's, goes as ours does. */
export const clock: Check<'server'> = {
  name: 'clock',
  title: 'Clock',
  group: 'server',
  asks: 'server',
  async run({ administrator }) {
    const login = await administrator
    const askedAtMs = Date.now()
    if (isMissing(login)) return skip('not looked at', login.missing, login.fix)
    // Keycloak sends no Date header; the token of the login that was just done says when it was made, in whole seconds.
    const { iat } = decodeToken(login.accessToken ?? '').claims
    return iat === undefined
      ? skip('the server does not tell the time')
      : judgeClock(Math.round(iat + 0.5 - askedAtMs / 1000))
  },
}

/**
 * What it means how far two clocks are apart.
 *
 * @param seconds above 0: the server is ahead
 */
export function judgeClock(seconds: number): Finding {
  const apart = Math.abs(seconds)
  if (apart < FORGIVEN_SECONDS) return ok('goes as ours does')
  const what = `${apart} seconds ${seconds > 0 ? 'ahead of' : 'behind'} ours`
  const why = `Tokens look ${seconds > 0 ? 'issued in the future' : 'expired'} to an MCP server on this machine.`
  const fix = 'Set both clocks by the network; after a sleep, restart Docker Desktop or its virtual machine.'
  return apart < TOO_MUCH_SECONDS ? warn(what, why, fix) : fail(what, why, fix)
}
