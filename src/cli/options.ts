import { type Command, InvalidArgumentError, Option } from 'commander'

import type { CommandTarget } from '../config/addressed.ts'
import {
  CONFIG_KEYS,
  type ConfigKey,
  flagName,
  isList,
  isSwitch,
  negatedFlag,
  optionMeta,
} from '../config/schema.ts'
import type { GlobalOptions } from './output.ts'

/** The switches that every command has. */
export function addGlobalOptions(program: Command): void {
  program
    .option('--json', 'print exactly one JSON value, for programs')
    .option('-q, --quiet', 'no progress, only the result')
    .option('--verbose', 'more detail')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .option('-y, --yes', 'do not ask')
}

/** Which flags of a command are config keys; a command may have flags of its own of the same name. */
const configKeys = new WeakMap<Command, readonly ConfigKey[]>()

/** Adds the flags of some config keys. No defaults here: those come last, after environment and config file. */
export function withConfigOptions(command: Command, keys: readonly ConfigKey[]): Command {
  configKeys.set(command, keys)
  for (const key of keys) {
    const { description, placeholder, negation = `do not ${description}` } = optionMeta(key)
    if (isSwitch(key)) {
      // Both ways: what the config file or the realm says has to be taken back, too.
      command.option(flagName(key), description).option(negatedFlag(key), negation)
      continue
    }
    const option = new Option(`${flagName(key)} ${placeholder}`, description)
    command.addOption(isList(key) ? option.argParser(collect) : option.argParser(once(key)))
  }
  return command
}

/** The keys that every command about an instance has. */
export const INSTANCE_KEYS: readonly ConfigKey[] = ['instance', 'keycloakUrl', 'dataFolder', 'cacheFolder']

/** The help of `--show-secrets`, for commands whose text for people shows secrets. */
export const SHOW_SECRETS = 'print generated secrets with --json too'

/** All keys that may be a flag: those of a command that may start an instance. */
export const UP_KEYS: readonly ConfigKey[] = CONFIG_KEYS.filter((key) => !optionMeta(key).secret)

/** Flags as `resolveConfig` takes them: those that were given. */
export function configFlags(command: Command): Partial<Record<ConfigKey, unknown>> {
  const flags = command.opts()
  return Object.fromEntries(
    (configKeys.get(command) ?? [])
      .filter((key) => command.getOptionValueSource(key) === 'cli')
      .map((key) => [key, flags[key]]),
  ) as Partial<Record<ConfigKey, unknown>>
}

/** Whom the flags mean: what another command has to repeat, since environment and config file say the rest again. */
export function typedTarget(command: Command): CommandTarget {
  const { instance, keycloakUrl, dataFolder, realm } = configFlags(command) as CommandTarget
  return { instance, keycloakUrl, dataFolder, realm }
}

/** The switches that were given before or after the command's name. */
export function globalOptions(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>()
}

function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value]
}

function once(key: ConfigKey): (value: string, before: string | undefined) => string {
  return (value, before) => {
    if (before !== undefined) throw new InvalidArgumentError(`${flagName(key)} can be given once only.`)
    return value
  }
}
