import { ok, skip, type VerifyCheck, warn } from '../check.ts'

/** Checks that the metadata is at the URL that the 401 names. */
export const namedMetadata: VerifyCheck = {
  name: 'named-metadata',
  title: 'Metadata where the 401 says',
  async run(inspection) {
    const found = await inspection.namedMetadata()
    if (!found) return skip('The 401 names no place.')
    if (found.contentType === 'application/json') return ok(`${found.url}`)
    return warn(
      `${found.url} has the content type ${found.contentType || 'none'}.`,
      'Careful clients take application/json only.',
      'Serve it with Content-Type: application/json.',
      'https://www.rfc-editor.org/rfc/rfc9728.html#section-3.2',
    )
  },
}
