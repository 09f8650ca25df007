import type { RealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'

/** Options as callers pass them: all optional, with read-only lists. */
export type Given<Options> = {
  readonly [Key in keyof Options]?:
    | (Options[Key] extends readonly (infer Item)[] ? readonly Item[] : Options[Key])
    | undefined
}

/**
 * The settings of a realm: the options of `mcp-keycloak up`, with their names in the config file. Defaults:
 * `MCP_KEYCLOAK_*` variables, then `mcp-keycloak.config.json`, then the realm file.
 */
export type RealmSettings = Given<RealmOptions & Pick<Config, 'realm' | 'proof'>>

/**
 * The reaction to clients that were registered and not deleted: a process warning (`warn`), an error at tear-down
 * (`fail`), or nothing (`ignore`).
 */
export type OnLeak = 'warn' | 'fail' | 'ignore'
