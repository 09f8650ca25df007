import { readToken } from '../../../oauth/decode-token.ts'
import { type DoctorCheck, type Finding, fail, ok, skip, warn } from '../../check.ts'
import { isMissing } from '../../subjects.ts'

/** Tolerance of a strict token verifier. */
const FORGIVEN_SECONDS = 5

/** Tolerance of the most lenient token verifier. */
const TOO_MUCH_SECONDS = 60

/** Compares the server's clock, which may be a virtual machine's, with the clock of this machine. */
export const clock: DoctorCheck<'server'> = {
  name: 'clock',
  title: 'Clock',
  group: 'server',
  asks: 'server',
  async run({ administrator, loginBeganMs }) {
    const login = await administrator
    const endedMs = Date.now()
    if (isMissing(login)) return skip('not looked at', login.missing, login.fix)
    // Keycloak sends no Date header. The `iat` claim of the login's token gives the server's time.
    const read = readToken(login.accessToken ?? '')
    const iat = 'unreadable' in read ? undefined : read.claims.iat
    if (typeof iat !== 'number') return skip('the server does not tell the time')
    return judgeClock(secondsApart(iat, loginBeganMs, endedMs))
  },
}

/**
 * Computes the least possible difference between two clocks, in seconds. Above 0: the server is ahead.
 *
 * @param second time of an event, by the server's clock
 * @param beganMs time before the event, by our clock
 * @param endedMs time after the event, by our clock
 */
export function secondsApart(second: number, beganMs: number, endedMs: number): number {
  const [began, ended] = [beganMs / 1000, endedMs / 1000]
  if (second > ended) return Math.round(second - ended)
  return second + 1 < began ? Math.round(second + 1 - began) : 0
}

/**
 * Judges the difference between two clocks.
 *
 * @param seconds above 0: the server is ahead
 */
export function judgeClock(seconds: number): Finding {
  const apart = Math.abs(seconds)
  if (apart < FORGIVEN_SECONDS) return ok('agrees with the clock of this machine')
  const what = `${apart} seconds ${seconds > 0 ? 'ahead of' : 'behind'} ours`
  const why = `Tokens look ${seconds > 0 ? 'issued in the future' : 'expired'} to an MCP server on this machine.`
  const fix = 'Set both clocks by the network; after a sleep, restart Docker Desktop or its virtual machine.'
  return apart < TOO_MUCH_SECONDS ? warn(what, why, fix) : fail(what, why, fix)
}
