import { hostOf } from './host-of.ts'
import type { Facts } from './known-failure.ts'

/** Values that many messages name in the same way, whatever their failure is. */
const VALUES: readonly RegExp[] = [
  // Programs name pages of their documentation too.
  /(?<url>https?:\/\/(?!tools\.|docs\.|errors\.|datatracker\.|next-auth\.js|aka\.ms)[^\s"'`<>\\)\],;]+[^\s"'`<>\\)\],;.:])/,
  /\/realms\/(?<realm>[\w.-]*\w)/,
  /\bBearer realm="(?<realm>[\w.-]+)"/,
  /\bexpected: '(?<expected>[^']+)'/,
  /\b(?:clientId|client_id)["']?[=:] ?["']?(?!null\b)(?<clientId>[\w.:/-]+)/,
  /\bredirect_uri["']? ?[=:] ?["']?(?<redirectUri>[^\s"',]+)/,
  /\bhost='(?<host>[\w.-]+)', port=(?<port>\d+)/,
  /(?:Exception|file|path): (?<file>\/[^\s'"]+)/,
  /\bPolicy '(?<policy>[^']+)'/,
  /\bkid["']?(?:[:=] ?| )["']?(?<kid>[\w.-]{3,})/,
  /\bMCP server '(?<tool>[^']+)'/,
  /\bscope["']?[=:] ?["'](?<scope>[^"']+)/,
]

/** Finds the values in a message. Those of its URL are its host and port. */
export function valuesIn(text: string): Facts {
  const found: Record<string, string> = {}
  for (const pattern of VALUES) {
    for (const [name, value] of Object.entries(pattern.exec(text)?.groups ?? {})) {
      if (value) found[name] ??= value
    }
  }
  const url = found.url
  const host = hostOf(url)
  if (url === undefined || host === undefined) return found
  const { port } = new URL(url)
  return { ...found, host, ...(port && { port }) }
}
