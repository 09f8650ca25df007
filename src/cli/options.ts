import { type Command, InvalidArgumentError, Option } from 'commander'

import type { CommandTarget } from '../config/command.ts'
import { type ConfigKey, flagName, isList, isSwitch, negatedFlag, optionMeta } from '../config/schema.ts'
import type { GlobalOptions } from './output.ts'

/** Adds the switches of every command. */
export function addGlobalOptions(program: Command): void {
  program
    .option('--json', 'print exactly one JSON value, for programs')
    .option('-q, --quiet', 'no progress, only the result')
    .option('--verbose', 'more detail')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .option('-y, --yes', 'do not ask')
}

/** The config keys with a flag, by command. A command may have its own flag of the same name. */
const configKeys = new WeakMap<Command, readonly ConfigKey[]>()

/** Adds the flags of some config keys. Sets no defaults: environment and config file come before those. */
export function withConfigOptions(command: Command, keys: readonly ConfigKey[]): Command {
  configKeys.set(command, keys)
  for (const key of keys) {
    const { description, placeholder, negation = `do not ${description}` } = optionMeta(key)
    if (isSwitch(key)) {
      // A flag must also be able to undo the config file or the realm's own option.
      command.option(flagName(key), description).option(negatedFlag(key), negation)
      continue
    }
    const option = new Option(`${flagName(key)} ${placeholder}`, description)
    command.addOption(isList(key) ? option.argParser(collect) : option.argParser(once(key)))
  }
  return command
}

/** The help of `--show-secrets`, for commands whose text for people shows secrets. */
export const SHOW_SECRETS = 'print generated secrets with --json too'

/** Returns the given flags, as `resolveConfig` expects them. */
export function configFlags(command: Command): Partial<Record<ConfigKey, unknown>> {
  const flags = command.opts()
  return Object.fromEntries(
    (configKeys.get(command) ?? [])
      .filter((key) => command.getOptionValueSource(key) === 'cli')
      .map((key) => [key, flags[key]]),
  ) as Partial<Record<ConfigKey, unknown>>
}

/** Returns the target from the flags. Other commands must repeat these, but not environment and config file. */
export function typedTarget(command: Command): CommandTarget {
  const { instance, keycloakUrl, dataFolder, realm } = configFlags(command) as CommandTarget
  return { instance, keycloakUrl, dataFolder, realm }
}

/** Returns the switches given before or after the command's name. */
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
