import type { VerifyCheck } from '../check.ts'
import { ok, skip, warn } from '../finding.ts'

/** Checks that the metadata is at the URL that the 401 names. */
export const namedMetadata: VerifyCheck = {
  name: 'named-metadata',
  title: 'Metadata where the 401 says',
  async ask(inspection) {
    const found = await inspection.namedMetadata()
    if (!found) return skip('The 401 names no place.')
    if (found.contentType === 'application/json') return ok(`${found.url}`)
    return warn({
      what: `${found.url} has the content type ${found.contentType || 'none'}.`,
      why: 'Careful clients take application/json only.',
      fix: 'Serve it with Content-Type: application/json.',
      url: 'https://www.rfc-editor.org/rfc/rfc9728.html#section-3.2',
    })
  },
}
