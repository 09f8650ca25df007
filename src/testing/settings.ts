import type { Config } from '../config/schema.ts'

/** A built-in overlay. */
export type OverlayName =
  | 'browser'
  | 'cimd'
  | 'mcp'
  | 'mcp-loosen'
  | 'none'
  | 'oauth-proxy'
  | 'resource-indicators'
  | 'service-account'
  | 'strict'
  | 'token-exchange'

/**
 * The settings of a realm: the options of `mcp-keycloak up`, with their names in the config file. Defaults:
 * `MCP_KEYCLOAK_*` variables, then `mcp-keycloak.config.json`, then the realm file.
 */
export interface RealmSettings {
  /** Name of the realm. Default: a unique name. */
  readonly realm?: string | undefined
  /** Path of a realm file in place of the built-in one. */
  readonly realmFile?: string | undefined
  /** Overlays on the realm: built-in ones by name, your own by path. */
  readonly with?: readonly (OverlayName | (string & {}))[] | undefined
  /** MCP endpoints that tokens are for. Default: `http://localhost:8000/mcp`. */
  readonly mcpUrl?: readonly string[] | undefined
  /** More hosts that may be in the URIs of a client that registers itself: `example.com`, `*.example.com`. */
  readonly trustedHost?: readonly string[] | undefined
  /** More test users, `name[:password][:role,…]`: `alice:secret:admin`. */
  readonly user?: readonly string[] | undefined
  /** More scopes that clients may ask for, `name[:"consent text"]`: `api:read`. */
  readonly scope?: readonly string[] | undefined
  /** More realm roles. */
  readonly role?: readonly string[] | undefined
  /** Attributes of test users, `user:key=value`: `testuser:tenant=acme`. */
  readonly userAttribute?: readonly string[] | undefined
  /** More web pages that may register and call the token endpoint from a browser: `http://localhost:5173`. */
  readonly origin?: readonly string[] | undefined
  /** APIs that the MCP server calls as the user, `client:role[,client:role]`. Requires the overlay `token-exchange`. */
  readonly downstream?: readonly string[] | undefined
  /** Clients that get tokens for themselves. Requires the overlay `service-account`. */
  readonly serviceAccount?: readonly string[] | undefined
  /** Seconds for which an access token is valid. */
  readonly tokenLifespan?: number | undefined
  /** Put environment variables into the placeholders `${NAME}` of realm files. */
  readonly variables?: boolean | undefined
  /** Show the consent page to clients that register themselves. */
  readonly consent?: boolean | undefined
  /** Test a login after the start. Default: `false`. */
  readonly proof?: boolean | undefined
}

/** The options of a server, with their names in the config file. */
export interface ServerSettings {
  /** The runtime: Docker Compose, or a local JDK. Default: `auto`, the first that works. */
  readonly runtime?: Config['runtime'] | undefined
  /** Version of Keycloak: `26.7.5`. Default: the version that this package is tested with. */
  readonly keycloakVersion?: string | undefined
  /** Folder of an unpacked Keycloak distribution, for the runtime `java`. */
  readonly keycloakHome?: string | undefined
  /** HTTP port on 127.0.0.1. Default: a free port. */
  readonly port?: number | undefined
  /** Port of the health checks on 127.0.0.1. Default: a free port. */
  readonly managementPort?: number | undefined
  /** Seconds for Keycloak to become ready. Downloads are not counted. */
  readonly timeout?: number | undefined
  /** Folder for downloads. Default: the platform's cache folder. */
  readonly cacheFolder?: string | undefined
}

/**
 * The reaction to clients that were registered and not deleted: a process warning (`warn`), an error at tear-down
 * (`fail`), or nothing (`ignore`).
 */
export type OnLeak = 'warn' | 'fail' | 'ignore'
