import type { Snippet, SnippetTarget } from '../config/snippet.ts'

/** The registration request of a program (RFC 7591 §2), recorded from the real program. */
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

/** A client program's own configuration file, to which `snippets --write` adds the MCP server. */
export interface ConfigFile {
  /** Path of the file on a platform. `~` is the user's home; a relative path is in the current folder. */
  path(platform: NodeJS.Platform): string
  /** Other files that the program reads instead. The entry goes into an existing one. */
  readonly otherPaths?: readonly string[]
  readonly format: 'json' | 'toml'
  /** Whether the program also accepts servers at the top level of the file. */
  readonly mayBeBare?: boolean
  /** Keys down to the entry, e.g. `['mcpServers', 'my-server']`. */
  entryPath(target: SnippetTarget): readonly string[]
  /** The entry of the MCP server. */
  entry(target: SnippetTarget): Readonly<Record<string, unknown>>
}

/** The properties of one MCP client program. */
export interface ClientProfile {
  /** The word on the command line: `snippets claude-code`. */
  readonly name: string
  /** The program's own name: `Claude Code`. */
  readonly title: string
  /** The version whose registration was recorded; `undefined` when only documents describe it. */
  readonly recordedVersion: string | undefined
  /** Its registration request; `undefined` for a program that never registers itself. */
  readonly registration: RegistrationBody | undefined
  /** URL of its metadata document, which it names instead of registering where the server takes such documents. */
  readonly metadataDocument?: string
  /** Origins of its pages that call Keycloak in a browser; empty for programs without such pages. */
  readonly browserOrigins: readonly string[]
  /** Returns a sentence with the command that makes it forget an outdated client id. */
  forget(target: SnippetTarget): string
  /** The target of `--write`; `undefined` when the program has no configuration file. */
  readonly configFile: ConfigFile | undefined
  /** Returns the texts to paste, the shortest first. The path of the file depends on `platform`. */
  snippets(target: SnippetTarget, platform: NodeJS.Platform): readonly Snippet[]
}
