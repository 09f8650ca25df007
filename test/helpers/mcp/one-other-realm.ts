import type { RealmUnderTest } from '../../../src/verify/realm-under-test.ts'

/** One other realm serves many servers. Its token is valid for five minutes. */
const RENEWAL_MS = 120_000

/** The other realm that many servers under test share. */
export interface OneOtherRealm extends AsyncDisposable {
  /** Gives the token of the shared realm in place of one from a realm for this server alone. */
  share(subject: RealmUnderTest): RealmUnderTest
}

/** Creates the other realm when it is first asked for, and again when its token gets old. */
export function oneOtherRealm(scope: string): OneOtherRealm {
  let other: ReturnType<RealmUnderTest['tokenOfAnotherRealm']> | undefined
  let renewsAt = 0
  const end = async () => (await other)?.end()
  return {
    share: (subject) => ({
      ...subject,
      async tokenOfAnotherRealm() {
        if (Date.now() > renewsAt) {
          await end()
          other = subject.tokenOfAnotherRealm(scope)
          renewsAt = Date.now() + RENEWAL_MS
        }
        return { token: (await other)?.token ?? '', end: async () => {} }
      },
    }),
    [Symbol.asyncDispose]: end,
  }
}
