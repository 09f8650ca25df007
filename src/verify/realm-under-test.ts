import { command } from '../config/command.ts'
import type { AddedOptions } from '../config/reset-command.ts'
import type { Credentials } from '../oauth/browserless-login.ts'
import type { ForgedKind } from '../oauth/mint-bad.ts'

/** The realm that an MCP server has to trust, with ways to get its tokens. */
export interface RealmUnderTest {
  readonly issuer: string
  /** Returns the command that recreates the realm with added options. */
  resetCommand(added: AddedOptions): string
  /** MCP URLs that the realm's tokens are for. */
  readonly mcpUrls: readonly string[]
  /** Scopes that clients may register with, including those that the metadata does not list. */
  readonly scopes: readonly string[]
  /** Origins of web pages that may log in. */
  readonly origins: readonly string[]
  /** The user who logs in; `undefined` when no password is known. */
  readonly user: Credentials | undefined
  /** Another user, whose token must not act in the first one's session; absent when there is none. */
  readonly otherUser?: Credentials
  /** Returns the token that clients register with; `null` when they need none. */
  initialAccessToken(): Promise<string | null>
  /**
   * Creates a token with one fault from a good token.
   *
   * @throws {McpKeycloakError} `USAGE_INVALID` when the realm's key is not available
   */
  forge(kind: ForgedKind, goodToken: string): Promise<string>
  /** Creates a temporary realm, and a token of it for the same MCP URL. */
  tokenOfAnotherRealm(scope: string | undefined): Promise<OtherRealm>
}

/** A temporary realm. It has to exist while its token is sent, because a careless server gets its keys. */
export interface OtherRealm {
  readonly token: string
  /** Deletes the realm. */
  end(): Promise<void>
}

/** Finds an MCP URL of another server. URLs that differ in the host name or the last slash are names of one server. */
export function otherUrl(mcpUrls: readonly string[], resource: string): string | undefined {
  const place = (text: string) => {
    const { port, protocol, pathname, search } = new URL(text)
    return `${port || protocol}${pathname.replace(/\/$/, '')}${search}`
  }
  return mcpUrls.find((url) => URL.canParse(url) && place(url) !== place(resource))
}

/** Returns the fix for tokens that are not for an MCP URL. If only the last slash differs, it is the other spelling. */
export function audienceFix({ mcpUrls, resetCommand }: RealmUnderTest, resource: string): string {
  const near = mcpUrls.find((url) => `${url}/` === resource || url === `${resource}/`)
  if (near) return `Use one of the two everywhere: ${command('verify', near)}`
  return resetCommand({ mcpUrl: [...mcpUrls, resource] })
}
