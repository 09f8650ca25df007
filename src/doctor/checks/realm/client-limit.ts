import { command } from '../../../config/command.ts'
import type { ClientCount } from '../../../keycloak/clients/registered-clients.ts'
import { needsInitialAccessToken } from '../../../realm/patches/registration-policies.ts'
import { type DoctorCheck, type Finding, fail, ok, warn } from '../../check.ts'

/** The share of the limit that causes a warning. Programs that register again for each login soon fill the rest. */
const FULL_ENOUGH = 0.8

/** Checks that more clients can register. */
export const clientLimit: DoctorCheck<'realm'> = {
  name: 'client-limit',
  title: 'Client limit',
  group: 'realm',
  asks: 'realm',
  run({ clients, actual, rendered }) {
    if (rendered && needsInitialAccessToken(rendered) && !needsInitialAccessToken(actual)) {
      return fail(
        'anybody may register',
        'The realm was made to take clients with an initial access token only.',
        command('reset-realm'),
      )
    }
    return judgeClientLimit(clients)
  },
}

/** Judges the number of clients in a realm. */
export function judgeClientLimit({ registered, total, limit }: ClientCount): Finding {
  if (limit === null) return ok(`${total} clients, without a limit`)
  const what = `${total} of at most ${limit} clients, ${registered} of them self-registered`
  const fix = `${command('clients prune', { unused: true })}, or --older-than 7d`
  if (total >= limit) return fail(what, 'No client can register any more: "Max Clients Limit".', fix)
  return total >= limit * FULL_ENOUGH ? warn(what, 'No more than that can register.', fix) : ok(what)
}
