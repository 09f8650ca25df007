import { decodeToken } from '../../../oauth/decode-token.ts'
import type { VerifyCheck } from '../check.ts'
import { ok } from '../finding.ts'

/** Can a test user log in, and what is in the token? */
export const login: VerifyCheck = {
  name: 'login',
  title: 'A user logs in',
  async ask(walk) {
    const { claims } = decodeToken(await walk.token())
    const { aud = [], scope } = claims
    return ok(`${walk.realm.user?.username}, with aud ${[aud].flat().join(' ')} and scope ${scope ?? '-'}.`)
  },
}
