import { CLIENT_PROFILES } from '../../clients/all.ts'
import type { SnippetTarget } from '../../config/snippet.ts'

/** Instructions to make a program forget a client id that Keycloak no longer knows. */
export interface ForgetStep {
  /** Its name on the command line: `claude-code`. */
  readonly program: string
  /** Its own name: `Claude Code`. */
  readonly title: string
  /** A sentence with the command. */
  readonly how: string
}

/** The placeholder for the user's own server in those sentences. */
const SOME_SERVER: SnippetTarget = {
  mcpUrl: 'http://localhost:8000/mcp',
  serverName: '<server>',
  keycloakUrl: 'http://localhost:8080',
  realm: 'fastmcp',
  issuer: 'http://localhost:8080/realms/fastmcp',
  preregistered: undefined,
}

/** The instructions for each known program. */
export const FORGET_STEPS: readonly ForgetStep[] = CLIENT_PROFILES.map(({ name, title, forget }) => ({
  program: name,
  title,
  how: forget(SOME_SERVER),
}))

/** Returns the names of the programs that a line of a log mentions. */
export function programsIn(line: string): readonly string[] {
  const text = line.toLowerCase()
  return CLIENT_PROFILES.filter(({ name, title }) =>
    [name, title.toLowerCase(), name.replace('-', '/'), name.replace('-', '_')].some((word) =>
      hasWord(text, word),
    ),
  ).map(({ name }) => name)
}

/** Whether a text has a word that is not a part of a longer one: "authorized" does not name Zed. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!/[a-z]/.test(`${text[at - 1] ?? ''}${text[at + word.length] ?? ''}`)) return true
  return false
}

/** Finds the program that registers with a URI, for a refusal without a name. */
export function programOfUri(uri: string): string | undefined {
  if (!URL.canParse(uri)) return undefined
  const withoutPort = (text: string) => {
    const { protocol, hostname, pathname } = new URL(text)
    return `${protocol}//${hostname}${pathname}`
  }
  const matching = CLIENT_PROFILES.filter(({ registration }) => {
    if (registration?.client_uri === uri) return true
    return registration?.redirect_uris.some((known) => withoutPort(known) === withoutPort(uri)) ?? false
  })
  // Several programs register http://localhost/callback, so it identifies none.
  return matching.length === 1 ? matching[0]?.title : undefined
}
