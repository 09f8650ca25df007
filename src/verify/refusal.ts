import { type Finding, fail, ok, warn } from '../checks/finding.ts'
import { bearerChallenge } from '../oauth/challenges.ts'

const SPECIFICATION = 'https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1'

/**
 * Judges the refusal of a bad token. The refusal has to show a client the next step.
 *
 * @param lacksScope whether the fault is a missing scope, so that 403 is also correct
 */
export async function refusal(response: Response, lacksScope: boolean): Promise<Finding> {
  const { status } = response
  const wanted = lacksScope ? '401 or 403' : '401'
  if (status !== 401 && !(lacksScope && status === 403)) {
    return fail(
      `It is refused with ${status}, where ${wanted} belongs.`,
      status >= 500
        ? 'The server stumbles over the token.'
        : 'A client does not log in again when it sees that.',
      `Answer ${wanted}, with WWW-Authenticate: Bearer error="${lacksScope ? 'insufficient_scope' : 'invalid_token'}"`,
      SPECIFICATION,
    )
  }
  const challenge = await bearerChallenge(response)
  if (!challenge) {
    return fail(
      `It is refused with ${status}, but without a Bearer challenge.`,
      'A client learns from the WWW-Authenticate header that it has to get another token.',
      'Send WWW-Authenticate with every 401 and 403, as with the one without a token.',
      SPECIFICATION,
    )
  }
  const { error } = challenge.parameters
  if (error !== undefined) return ok(`${status} ${error}`)
  return warn(
    `It is refused with ${status}, but the challenge does not say why (error).`,
    'A client cannot tell a bad token from a missing one.',
    'Add to the challenge: error="invalid_token"',
    SPECIFICATION,
  )
}
