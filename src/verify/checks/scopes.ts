import { isReservedScope } from '../../config/reserved-scopes.ts'
import { fail, ok, type VerifyCheck, warn } from '../check.ts'
import type { RealmUnderTest } from '../realm-under-test.ts'

/** Checks that the authorization server has the scopes that the MCP server requests. */
export const scopes: VerifyCheck = {
  name: 'scopes',
  title: 'The scopes that it asks for exist',
  async run(inspection) {
    const asked = await inspection.scopes()
    const { server, kind } = await inspection.authorizationServer()
    if (asked.length === 0) {
      return warn(
        'It asks for no scope.',
        'A client then registers and logs in without one, and gets whatever the realm gives by default.',
        'Let the server name what it needs (often "required_scopes"), if it needs any.',
      )
    }
    const listed = server.scopes_supported ?? asked
    const known = new Set(kind === 'own' ? listed : [...listed, ...inspection.realm.scopes])
    const missing = asked.filter((scope) => !known.has(scope))
    if (missing.length === 0) return ok(asked.join(' '))
    return fail(
      `It asks for ${missing.join(', ')}, which ${kind === 'own' ? server.issuer : 'the realm'} does not have.`,
      `There are ${[...known].join(', ')}. A client that registers with another one is refused.`,
      kind === 'own' ? 'Let it name the scopes that it hands out.' : fixes(missing, inspection.realm),
    )
  },
}

/** Lists fixes for missing scopes. Custom scopes can be added. Scopes of Keycloak or OpenID Connect cannot. */
function fixes(missing: readonly string[], { resetCommand }: RealmUnderTest): readonly string[] {
  const own = missing.filter((scope) => !isReservedScope(scope))
  const reserved = missing.filter(isReservedScope)
  return [
    ...(own.length > 0 ? [resetCommand({ scope: own })] : []),
    ...(reserved.length > 0
      ? [`Let the server not ask for ${reserved.join(', ')}, which no option adds to the realm.`]
      : []),
  ]
}
