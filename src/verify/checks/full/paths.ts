import type { Fetch } from '../../../oauth/bounded-fetch.ts'
import { fail, ok, type ProvenFinding, skip, type VerifyCheck } from '../../check.ts'
import type { DoorAttempt } from '../../doors/ask-doors.ts'
import type { Door } from '../../doors/door.ts'
import { evidenceOf } from '../../doors/evidence.ts'
import { isServed, isStream, readBody } from '../../mcp-endpoint.ts'
import { NO_TOKEN } from './no-token.ts'

/** Checks that other spellings of the path are not open. */
export const paths: VerifyCheck = {
  name: 'paths',
  title: 'Is not open under another spelling of its path',
  async run({ withoutToken, doors: find, endpoint, fetch, mcpUrl, asker }): Promise<ProvenFinding> {
    if (isServed(await withoutToken())) return skip('It asks for no token at all.')
    const { doors } = await find()
    const isList = ({ request, hasSession }: Door) => !hasSession && request.body?.includes('tools/list')
    const ofEras = Object.groupBy(doors, ({ era }) => era)
    const tried = Object.values(ofEras).flatMap((all) => all.find(isList) ?? all[0] ?? [])
    if (tried.length === 0) return skip('It serves nothing with a good token.')
    const shut = tried.filter((door) => !asker.open.has(door))
    if (shut.length === 0) return skip('It needs no token for that request at all.')
    const spellings = otherSpellings(mcpUrl)
    const through: DoorAttempt[] = []
    for (const door of shut) {
      for (const url of spellings) {
        const request = { ...door.request, url }
        const answer = await endpoint.send(request)
        const isOpen = isServed(answer) && answer.message?.result !== undefined // a web page is not an MCP server
        if (isOpen) through.push({ door, request, token: NO_TOKEN, meaning: 'accepted', answer })
      }
    }
    const old = oldTransports(mcpUrl)
    for (const url of old) through.push(...(await askOldTransport(shut, url, fetch)))
    const shown = (urls: readonly URL[]) =>
      [...new Set(urls.map(({ pathname, search }) => `${pathname}${search}`))].join(', ')
    if (through.length === 0) return ok(shown([...spellings, ...old]))
    return {
      ...fail(
        `It needs no token at ${shown(through.flatMap(({ request: { url } }) => url ?? []))}.`,
        `The token is checked at ${mcpUrl.pathname} only, but the server answers there too.`,
        'Check the token in the MCP handler itself, not by a list of paths in front of it.',
        'https://cwe.mitre.org/data/definitions/647.html',
      ),
      evidence: evidenceOf(through, mcpUrl),
    }
  },
}

/** The places of the old transport (HTTP+SSE) beside the MCP URL: frameworks serve both. */
function oldTransports(mcpUrl: URL): readonly URL[] {
  const urls = [new URL('/sse', mcpUrl), new URL('sse', mcpUrl)]
  return [...new Set(urls.map(({ href }) => href))]
    .filter((href) => href !== mcpUrl.href)
    .map((href) => new URL(href))
}

/** Opens the stream of the old transport without a token. Returns no attempt when it is not there, or refused. */
async function askOldTransport(
  doors: readonly Door[],
  url: URL,
  fetch: Fetch,
): Promise<readonly DoorAttempt[]> {
  const request = { method: 'GET', headers: { accept: 'text/event-stream' }, url } as const
  const response = await fetch(url, request)
  const text = response.ok && isStream(response) ? await readBody(url, response, false) : ''
  await response.body?.cancel().catch(() => {}) // it was read
  if (!/^event: ?endpoint$/m.test(text)) return []
  return doors.slice(0, 1).map((door) => ({
    door: { ...door, title: 'GET, the old transport' },
    request,
    token: NO_TOKEN,
    meaning: 'accepted',
    answer: { response, text },
  }))
}

/** The spellings that servers and proxies often take for the same path. */
function otherSpellings(mcpUrl: URL): readonly URL[] {
  const { pathname } = mcpUrl
  const slash = pathname.endsWith('/') ? pathname.slice(0, -1) : `${pathname}/`
  const at = slash.length > pathname.length ? pathname.lastIndexOf('/') + 1 : slash.lastIndexOf('/') + 1
  const encoded = `${pathname.slice(0, at)}${percent(pathname[at])}${pathname.slice(at + 1)}`
  const paths = [slash, pathname.toUpperCase(), `/${pathname}`, encoded, `${pathname};x=1`, `${pathname}/x`]
  const urls = [...new Set(paths)].map((path) => {
    const url = new URL(mcpUrl)
    url.pathname = path
    return url
  })
  const withQuery = new URL(mcpUrl)
  withQuery.searchParams.append('x', '1')
  return [...urls, withQuery].filter(({ href }) => href !== mcpUrl.href)
}

/** Encodes a letter, which no path needs. */
function percent(letter = ''): string {
  return /[a-z]/i.test(letter) ? `%${letter.charCodeAt(0).toString(16)}` : letter
}
