import { type Config, type ConfigKey, DEFAULT_INSTANCE, flagName } from './schema.ts'
import { shellWord } from './shell-word.ts'

/** The name of the default realm of `up`. */
export const DEFAULT_REALM = 'fastmcp'

/** The instance, server and realm that a command is for, as its flags. An absent flag has the command's default. */
export interface CommandTarget {
  readonly instance?: string | undefined
  readonly keycloakUrl?: string | undefined
  readonly dataFolder?: string | undefined
  readonly realm?: string | undefined
}

const INSTANCE = ['instance', 'keycloakUrl', 'dataFolder'] as const satisfies readonly ConfigKey[]
const REALM = [...INSTANCE, 'realm'] as const

/** The target flags that each command accepts. */
export const ADDRESS_FLAGS: Readonly<Record<string, readonly (keyof CommandTarget)[]>> = {
  up: REALM,
  down: INSTANCE,
  status: INSTANCE,
  snippets: REALM,
  'reset-realm': REALM,
  'realm render': ['realm'],
  'realm diff': REALM,
  'realm export': REALM,
  token: REALM,
  'clients list': REALM,
  'clients prune': REALM,
  'clients delete': REALM,
  doctor: REALM,
  verify: REALM,
  logs: INSTANCE,
  explain: REALM,
  env: REALM,
  exec: REALM,
}

/** A word in single quotes, which may be any text; or a command of mcp-keycloak with the rest of its clause. */
const COMMAND = new RegExp(
  [
    `(?<!\\S)'(?:[^']|'\\\\'')*'`,
    `(?<![\\w./-])(mcp-keycloak(?: --)? (${Object.keys(ADDRESS_FLAGS).join('|')}))(?![\\w-])(?=((?:(?![;"(\\n]|[,.](?:\\s|$)|mcp-keycloak ).)*))`,
  ].join('|'),
  'g',
)

/**
 * Adds the target's flags to each mcp-keycloak command in the text. Advice is written for a single instance and realm.
 * All of it passes through here on its way out, so no text can lack the flags.
 */
export function addressed(text: string, target: CommandTarget): string {
  return text.replace(COMMAND, (found, call: string | undefined, command: string, words: string) => {
    if (call === undefined) return found
    const flags = (ADDRESS_FLAGS[command] ?? []).flatMap((key) => {
      const [value, flag] = [target[key], flagName(key)]
      return value === undefined || words.split(/[\s=]/).includes(flag) ? [] : [`${flag} ${shellWord(value)}`]
    })
    return [call, ...flags].join(' ')
  })
}

/** Adds the target's flags to the commands in the findings' fixes. */
export function addressedFixes<Finding extends { readonly fix: string | null }>(
  findings: readonly Finding[],
  target: CommandTarget,
): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, fix: finding.fix && addressed(finding.fix, target) }))
}

/**
 * The flags with which a command means the same target as these options. An external Keycloak has no flag here. Its URL
 * and password come from the environment, or the command line adds the flag that was typed.
 *
 * @param realm the realm that the command is about; default: that of the options
 */
export function commandTarget(
  config: Pick<Config, 'instance' | 'keycloakUrl' | 'realm'>,
  realm?: string,
): CommandTarget {
  const { instance, keycloakUrl } = config
  return {
    ...(keycloakUrl === undefined && instance !== DEFAULT_INSTANCE && { instance }),
    realm: config.realm ?? (realm === DEFAULT_REALM ? undefined : realm),
  }
}
