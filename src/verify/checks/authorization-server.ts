import { fail, ok, type VerifyCheck, warn } from '../check.ts'

/** Checks that the server sends its clients to this realm. */
export const authorizationServer: VerifyCheck = {
  name: 'authorization-server',
  title: 'Its authorization server is this realm',
  async run(inspection) {
    const named = (await inspection.metadata()).metadata.authorization_servers
    const { kind, server, foreign } = await inspection.authorizationServer()
    if (kind === 'foreign') {
      return fail(
        named.length === 0
          ? 'It names no authorization server.'
          : `It sends clients to ${shown(named)}, which is not this realm.`,
        `Users are at ${inspection.realm.issuer}.${named.length === 0 ? '' : ' Nothing was sent to the other one; the checks below use the realm.'}`,
        `Set the issuer of the server (authorization_servers) to exactly ${inspection.realm.issuer}${nearly(named, inspection.realm.issuer)}`,
        'https://www.rfc-editor.org/rfc/rfc9728.html#section-2',
      )
    }
    if (foreign.length > 0) {
      return warn(
        `Beside ${server.issuer} it names ${shown(foreign)}.`,
        'A client may choose any of them. Nothing was sent there.',
        'Remove it from authorization_servers, unless you mean it.',
      )
    }
    return ok(
      kind === 'realm' ? server.issuer : `It is one of its own (${server.issuer}), in front of the realm.`,
    )
  },
}

function shown(issuers: readonly string[]): string {
  const plain = (issuer: string) => (isAscii(issuer) ? issuer : (URL.parse(issuer)?.href ?? issuer))
  return issuers.map((issuer) => plain(issuer).slice(0, 200)).join(', ')
}

/** Whether a text is ASCII only. Other letters can imitate a known name; a parsed URL shows them in ASCII. */
function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

function nearly(named: readonly string[], issuer: string): string {
  return named.includes(`${issuer}/`) ? ', without a slash at the end.' : ''
}
