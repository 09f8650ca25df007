import { command } from '../../../config/command.ts'
import { answers } from '../../../keycloak/readiness.ts'
import { discover } from '../../../oauth/discover.ts'
import { type DoctorCheck, fail, ok } from '../../check.ts'

/** Time for the first request to a realm, whose keys Keycloak may have to create on a busy machine. */
const FIRST_ANSWER_MS = 30_000

/** Checks that the realm exists, and that clients find its endpoints from the issuer. */
export const metadata: DoctorCheck<'server'> = {
  name: 'metadata',
  title: 'Metadata',
  group: 'realm',
  asks: 'server',
  async run({ endpoints, runtime }) {
    const { issuer, keycloakUrl, realm } = endpoints
    if (!(await answers(`${keycloakUrl}/realms/${encodeURIComponent(realm)}`, FIRST_ANSWER_MS))) {
      return fail(
        `${issuer} is not there`,
        `The Keycloak at ${keycloakUrl} has no realm "${realm}", or it is switched off.`,
        runtime === 'external'
          ? `${command('up')} with the same options makes it; or name another: --realm <name>`
          : command('up', { realm }),
      )
    }
    const found = await discover(issuer)
    const lacking = ['registration_endpoint', 'authorization_endpoint', 'token_endpoint', 'jwks_uri'].filter(
      (name) => found[name] === undefined,
    )
    if (lacking.length === 0) return ok(`${issuer} has all endpoints that clients look for`)
    return fail(
      `it names no ${lacking.join(', no ')}`,
      'MCP clients look for it in the metadata of the authorization server (RFC 8414).',
      'Look at the features that Keycloak was started without: client registration must be on.',
    )
  },
}
