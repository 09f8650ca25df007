import { ok, type VerifyCheck } from '../check.ts'

/** Checks that a client may register with the requested scopes. */
export const registration: VerifyCheck = {
  name: 'registration',
  title: 'A client registers',
  async run(inspection) {
    const { clientId, scopes, deletable } = await inspection.client()
    const what =
      scopes.length > 0 ? `as ${clientId}, with ${scopes.join(' ')}` : `as ${clientId}, without a scope`
    return ok(
      deletable ? `${what}; it is deleted afterwards.` : `${what}; it stays, for it cannot be deleted there.`,
    )
  },
}
