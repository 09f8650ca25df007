import type { Snippet, SnippetTarget } from '../config/snippet.ts'

/** The programs' own words for what they register with (RFC 7591 §2), as recorded from the real program. */
export type RegistrationBody = {
  readonly redirect_uris: readonly string[]
  readonly token_endpoint_auth_method: 'none' | 'client_secret_post' | 'client_secret_basic'
  readonly grant_types: readonly string[]
  readonly response_types: readonly string[]
  readonly client_name?: string
  readonly client_uri?: string
  readonly application_type?: 'native' | 'web'
  readonly scope?: string
  readonly software_id?: string
  readonly software_version?: string
}

/** How `snippets --write` puts the MCP server into a client program's own configuration file. */
export interface ConfigFile {
  /** Path of the file: `~` is the user's home, anything relative is in the current folder. By platform where programs differ. */
  path(platform: NodeJS.Platform): string
  /** Other files that the program reads instead. An existing one is written to. */
  readonly otherPaths?: readonly string[]
  readonly format: 'json' | 'toml'
  /** Whether the program also accepts servers at the top level of the file. */
  readonly mayBeBare?: boolean
  /** Where in the file the entry goes, e.g. `['mcpServers', 'my-server']`. */
  entryPath(target: SnippetTarget): readonly string[]
  /** What is put there. */
  entry(target: SnippetTarget): Readonly<Record<string, unknown>>
}

/** What we know of one MCP client program. */
export interface ClientProfile {
  /** The word on the command line: `snippets claude-code`. */
  readonly name: string
  /** The program's own name: `Claude Code`. */
  readonly title: string
  /** The version whose registration was recorded; `undefined` when it is known from documents only. */
  readonly recordedVersion: string | undefined
  /** What it sends to the registration endpoint; `undefined` for a program that never registers by itself. */
  readonly registration: RegistrationBody | undefined
  /** Origins from which its pages call Keycloak in a browser; empty for programs that do not. */
  readonly browserOrigins: readonly string[]
  /** How to make it forget a client id that Keycloak no longer knows: a sentence with the command. */
  forget(target: SnippetTarget): string
  /** Where `--write` puts it; `undefined` when the program has no file of its own. */
  readonly configFile: ConfigFile | undefined
  /** What to paste, the shortest way first; `platform` decides where the file lies. */
  snippets(target: SnippetTarget, platform: NodeJS.Platform): readonly Snippet[]
}
