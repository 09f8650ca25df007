import type { KeyUrl } from '../../../oauth/key-server.ts'
import type { BadToken } from '../../bad-token.ts'
import { type ProvenFinding, type VerifyCheck, warn } from '../../check.ts'
import { everyDoor } from './every-door.ts'
import { attackIfAllowed, FORGEABLE } from './further-tokens.ts'

const token = (kind: KeyUrl, what: string): BadToken => ({
  name: kind,
  title: `Refuses a token that names the URL of its key (${kind})`,
  fault: 'sig',
  partOf: ['sig'],
  accepted: `It accepts tokens that name the URL of their key (header "${kind}").`,
  why: `The server verifies the signature with ${what} from a URL in the token. ${FORGEABLE}`,
  fix: ({ realm }) => `Verify with the keys of ${realm.issuer} only, and ignore "${kind}" in the header.`,
  make: attackIfAllowed(kind),
})

/**
 * Checks that the server does not get its keys from a URL in the token. The URL leads to a key server on loopback, which
 * sees each request.
 */
export const keyUrls: readonly VerifyCheck[] = [token('jku', 'a JWK Set'), token('x5u', 'a certificate')].map(
  (bad) => {
    const { name, title, run } = everyDoor(bad)
    return {
      name,
      title,
      async run(inspection): Promise<ProvenFinding> {
        const finding = await run(inspection)
        if (finding.status !== 'ok' || !(await inspection.keyServer()).wasAsked(name as KeyUrl))
          return finding
        return warn(
          `It requests the URL that a token names (header "${name}").`,
          'It refuses the token, but it sends a request where a stranger wants, also to servers that only it can reach (SSRF).',
          bad.fix(inspection),
          'https://www.rfc-editor.org/rfc/rfc8725.html#section-3.10',
        )
      },
    }
  },
)
