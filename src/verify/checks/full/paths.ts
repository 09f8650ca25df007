import { fail, ok, type ProvenFinding, skip, type VerifyCheck } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import type { Door } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import { isServed } from '../../mcp-endpoint.ts'
import { NO_TOKEN } from './no-token.ts'

/** Checks that other spellings of the path are not open. */
export const paths: VerifyCheck = {
  name: 'paths',
  title: 'Is not open under another spelling of its path',
  async run({ withoutToken, doors: find, endpoint, mcpUrl, asker }): Promise<ProvenFinding> {
    if (isServed(await withoutToken())) return skip('It asks for no token at all.')
    const { doors } = await find()
    const isList = ({ request, hasSession }: Door) => !hasSession && request.body?.includes('tools/list')
    const door = doors.find(isList) ?? doors[0]
    if (!door) return skip('It serves nothing with a good token.')
    if (asker.open.has(door)) return skip('It needs no token for that request at all.')
    const spellings = otherSpellings(mcpUrl)
    const through: DoorAttempt[] = []
    for (const url of spellings) {
      const answer = await endpoint.send({ ...door.request, url })
      const isOpen = isServed(answer) && answer.message?.result !== undefined // a web page is not an MCP server
      const title = `${door.title} at ${url.pathname}`
      if (isOpen) through.push({ door: { ...door, title }, token: NO_TOKEN, meaning: 'accepted', answer })
    }
    if (through.length === 0) return ok(spellings.map(({ pathname }) => pathname).join(', '))
    return {
      ...fail(
        `It needs no token at ${through.map(({ door: { title } }) => title.replace(/^.* at /, '')).join(', ')}.`,
        `The token is checked at ${mcpUrl.pathname} only, but the server answers there too.`,
        'Check the token in the MCP handler itself, not by a list of paths in front of it.',
        'https://cwe.mitre.org/data/definitions/647.html',
      ),
      evidence: evidenceOf(through, mcpUrl),
    }
  },
}

/** The spellings that servers and proxies often take for the same path. */
function otherSpellings(mcpUrl: URL): readonly URL[] {
  const { pathname } = mcpUrl
  const other = pathname.endsWith('/') ? pathname.slice(0, -1) : `${pathname}/`
  const paths = [other, pathname.toUpperCase(), `/${pathname}`, `${pathname}/.`]
  const urls = paths.map((path) => {
    const url = new URL(mcpUrl)
    url.pathname = path
    return url
  })
  const seen = new Set([mcpUrl.pathname])
  return urls.filter(({ pathname: path }) => path !== '' && !seen.has(path) && seen.add(path))
}
