import type { AddedOptions } from '../config/reset-command.ts'
import type { Credentials } from '../oauth/browserless-login.ts'
import type { BadTokenKind } from '../oauth/mint-bad.ts'

/** The realm that an MCP server has to trust, and how to come by its tokens. */
export interface RealmUnderTest {
  readonly issuer: string
  /** The command that makes the realm anew, with something more than it has. */
  resetCommand(added: AddedOptions): string
  /** What its tokens are for. */
  readonly mcpUrls: readonly string[]
  /** What clients may register with, also what the metadata do not list. */
  readonly scopes: readonly string[]
  /** Who logs in; `undefined` when nobody's password is known. */
  readonly user: Credentials | undefined
  /** What clients register with; `null` where they need nothing. */
  initialAccessToken(): Promise<string | null>
  /**
   * Makes of a good token one that is bad for one reason.
   *
   * @throws {McpKeycloakError} `USAGE_INVALID` when the realm's key is not at hand
   */
  spoil(kind: BadTokenKind, goodToken: string): Promise<string>
  /** A token for the same MCP URL, of a realm that was made for it alone and is gone again. */
  tokenOfAnotherRealm(scope: string | undefined): Promise<string>
}
