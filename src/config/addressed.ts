import { type Config, type ConfigKey, DEFAULT_INSTANCE, flagName } from './schema.ts'
import { shellWord } from './shell-word.ts'

/** The name of the realm that `up` makes when it is told no other. */
export const DEFAULT_REALM = 'fastmcp'

/** Whom a command is for: its flags; one that is absent is as the command means it without. */
export interface CommandTarget {
  readonly instance?: string | undefined
  readonly keycloakUrl?: string | undefined
  readonly dataFolder?: string | undefined
  readonly realm?: string | undefined
}

const INSTANCE = ['instance', 'keycloakUrl', 'dataFolder'] as const satisfies readonly ConfigKey[]
const REALM = [...INSTANCE, 'realm'] as const

/** Which of those flags each command has. */
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

/** A word in single quotes, which may be anybody's; or a command of ours, and its words up to the end of the clause. */
const COMMAND = new RegExp(
  [
    `(?<!\\S)'(?:[^']|'\\\\'')*'`,
    `(?<![\\w./-])(mcp-keycloak(?: --)? (${Object.keys(ADDRESS_FLAGS).join('|')}))(?![\\w-])(?=((?:(?![;"(\\n]|[,.](?:\\s|$)|mcp-keycloak ).)*))`,
  ].join('|'),
  'g',
)

/**
 * The text with each command of ours in it made to say whom it is for. Advice is written as if there were one instance
 * and one realm, and passes through here on its way out: so none can forget to say it.
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

/** Findings whose fixes say whom they are for. */
export function addressedFixes<Finding extends { readonly fix: string | null }>(
  findings: readonly Finding[],
  target: CommandTarget,
): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, fix: finding.fix && addressed(finding.fix, target) }))
}

/**
 * Whom a command has to name to mean what these options mean. A Keycloak of somebody else is not named: its password is
 * in the environment, and so is its URL, or the command line adds the flag that was typed.
 *
 * @param realm the realm that it is about; default: that of the options
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
