import type { RealmOptions } from '../config/realm-options.ts'
import type { Config } from '../config/schema.ts'

/** Options as one gives them: none has to be, and lists are only read. */
export type Given<Options> = {
  readonly [Key in keyof Options]?:
    | (Options[Key] extends readonly (infer Item)[] ? readonly Item[] : Options[Key])
    | undefined
}

/**
 * What a realm is made with: the options of `mcp-keycloak up`, by their names in the config file. What is not given
 * comes from `MCP_KEYCLOAK_*` variables, then from `mcp-keycloak.config.json`, then it is as the realm file has it.
 */
export type RealmSettings = Given<RealmOptions & Pick<Config, 'realm' | 'proof'>>

/**
 * What to do when clients were registered and not deleted: `warn` by a process warning, `fail` by an error at
 * tear-down, or nothing.
 */
export type OnLeak = 'warn' | 'fail' | 'ignore'
