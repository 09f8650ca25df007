import { claimText, readToken } from '../../oauth/decode-token.ts'
import { ok, type VerifyCheck } from '../check.ts'

/** Checks that a test user can log in, and shows the claims of the token. */
export const login: VerifyCheck = {
  name: 'login',
  title: 'A user logs in',
  async run(inspection) {
    const token = await inspection.token()
    const username = inspection.realm.user?.username
    const read = readToken(token)
    if (!('unreadable' in read)) {
      const { aud, scope } = read.claims
      return ok(`${username}, with aud ${claimText(aud)} and scope ${claimText(scope) || '-'}.`)
    }
    const known = await inspection.introspection()
    const rest = known
      ? `introspection says aud ${claimText(known.aud) || 'none'}, scope ${claimText(known.scope) || 'none'}`
      : 'the checks below go on without its claims'
    return ok(`${username}. Its claims cannot be read, because ${read.unreadable}: ${rest}.`)
  },
}
