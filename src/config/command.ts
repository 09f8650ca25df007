import { AsyncLocalStorage } from 'node:async_hooks'

import { COMMAND_KEYS, type CommandName } from './command-keys.ts'
import { type Config, type ConfigKey, DEFAULT_INSTANCE, flagName, negatedFlag } from './schema.ts'
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

const TARGET_KEYS = ['instance', 'keycloakUrl', 'dataFolder', 'realm'] as const satisfies readonly ConfigKey[]

/** Flags by config key or by the command's own option: `{ mcpUrl: ['http://a/mcp'], unused: true }`. */
type Flags = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

const currentTarget = new AsyncLocalStorage<CommandTarget>()

/** Runs work whose {@link command}s are for the target. A flag of an outer target stays if the inner one lacks it. */
export function withTarget<Result>(target: CommandTarget, work: () => Result): Result {
  return currentTarget.run({ ...currentTarget.getStore(), ...given(target) }, work)
}

/**
 * Writes a command of this program for advice. It repeats the flags of the current target that it accepts, except those
 * that it has of its own.
 *
 * @param words arguments and flags, in their order; a placeholder such as `<name>` stays readable
 */
export function command(name: CommandName, ...words: readonly (string | Flags)[]): string {
  const own = words.map((word) => (typeof word === 'string' ? word : withoutDefault(word)))
  const named = Object.assign({}, ...own.filter((word) => typeof word === 'object'))
  const target = currentTarget.getStore() ?? {}
  const keys: readonly ConfigKey[] = COMMAND_KEYS[name]
  const repeated = TARGET_KEYS.filter((key) => keys.includes(key) && named[key] === undefined)
  const flags = Object.fromEntries(repeated.map((key) => [key, target[key]]))
  return ['mcp-keycloak', name, ...[flags, ...own].flatMap(written)].join(' ')
}

/** Leaves the default instance out: it needs no flag. */
function withoutDefault({ instance, ...others }: Flags): Flags {
  return instance === DEFAULT_INSTANCE ? others : { instance, ...others }
}

function given<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<Values>
}

function written(word: string | Flags): readonly string[] {
  if (typeof word === 'string') return [argument(word)]
  return Object.entries(given(word)).flatMap(([key, value]) => {
    if (typeof value === 'boolean') return [value ? flagName(key) : negatedFlag(key)]
    return [value].flat().map((one) => `${flagName(key)} ${argument(String(one))}`)
  })
}

/** A placeholder, also after a name. No other value may have angle brackets, which are redirections in a shell. */
const PLACEHOLDER = /^(?:(?:[\w@%+=,./-]+|<[a-z -]+>):)?<[a-z -]+>(?:\.\.\.)?$/

/** A placeholder stays readable; anything else is safe in a shell. */
function argument(value: string): string {
  return PLACEHOLDER.test(value) ? value : shellWord(value)
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
