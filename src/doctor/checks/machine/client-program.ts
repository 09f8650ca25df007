import type { ClientProfile, RegistrationBody } from '../../../clients/client-profile.ts'
import { McpKeycloakError } from '../../../errors.ts'
import { playClient } from '../../../oauth/play-client.ts'
import { withRegisteredClient } from '../../../oauth/register.ts'
import { type DoctorCheck, type Finding, ok, skip } from '../../check.ts'
import { explainRefusal } from '../../refusal.ts'
import type { ClientTrial } from '../../subjects.ts'

/**
 * Creates one check for each client program. The check registers a client with the body that the program really sends.
 * It logs a user in, checks and refreshes the token, and removes the client. Programs with the same body share one run.
 */
export function clientProgramChecks(
  profiles: readonly ClientProfile[],
): readonly DoctorCheck<'clientTrial'>[] {
  const played = new Map<string, Promise<Finding>>()
  return profiles.map(({ name, title, registration }) => ({
    name: `client-${name}`,
    title,
    group: 'clients',
    asks: 'clientTrial',
    run(trial, signal) {
      if (!registration) return skip('does not register by itself')
      const key = JSON.stringify(registration)
      const before = played.get(key)
      if (before) return before
      const finding = play(registration, trial, signal)
      played.set(key, finding)
      return finding
    },
  }))
}

async function play(
  registration: RegistrationBody,
  { server, user, mcpUrls, initialAccessToken, removeClient, ...seen }: ClientTrial,
  signal: AbortSignal | undefined,
): Promise<Finding> {
  const [mcpUrl] = mcpUrls
  try {
    if (!user || !mcpUrl) {
      await withRegisteredClient(server, registration, initialAccessToken, async () => {}, removeClient)
      return ok(
        'registers',
        user ? 'No MCP URL is known to log in for.' : "Nobody's password is known to log in with.",
      )
    }
    const request = { server, user, initialAccessToken, removeClient, metadata: registration }
    const purpose = { scope: registration.scope ?? '', resource: mcpUrl, audience: mcpUrl }
    await playClient({ ...request, ...purpose }, signal)
    return ok(`registers, logs ${user.username} in, gets the right token, refreshes it`)
  } catch (error) {
    if (error instanceof McpKeycloakError && error.code !== 'INTERRUPTED')
      return explainRefusal(error, { registration, ...seen })
    throw error
  }
}
