import type { Command } from 'commander'

import { createProgram } from '../../src/cli/main.ts'
import {
  CONFIG_KEYS,
  DEFAULT_CONFIG,
  environmentName,
  flagName,
  optionMeta,
} from '../../src/config/schema.ts'
import { table } from './table.ts'

/** The program as the command line declares it. None of its actions runs here, so it needs no context. */
const program = createProgram({} as Parameters<typeof createProgram>[0])

/** All commands that do something, by their words: `realm diff`. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(leaves(program, []))

/**
 * Usage and flags of a command.
 *
 * @param name the words of the command; empty: the flags of every command
 */
export function commandOptions(name: string): string {
  const command = name === '' ? program : COMMANDS.get(name)
  if (!command) throw new Error(`There is no command "${name}".`)
  const usage = `Usage: \`mcp-keycloak ${name} ${command.usage()}\``
  const rows = command.options.map(({ flags, description }) => [`\`${flags}\``, description])
  return [...(name === '' ? [] : [usage, '']), table(['option', 'meaning'], rows)].join('\n')
}

/** Every option with its three spellings. */
export function configTable(): string {
  const rows = CONFIG_KEYS.map((key) => {
    const { description, secret } = optionMeta(key)
    const value = DEFAULT_CONFIG[key]
    const isSet = value !== undefined && !(Array.isArray(value) && value.length === 0)
    return [
      secret ? '' : `\`${key}\``,
      secret ? '' : `\`${flagName(key)}\``,
      `\`${environmentName(key)}\``,
      description,
      isSet ? `\`${value}\`` : '',
    ]
  })
  return table(['config key', 'flag', 'variable', 'meaning', 'default'], rows)
}

function leaves(command: Command, words: readonly string[]): (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[words.join(' '), command]]
  return command.commands
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => leaves(child, [...words, child.name()]))
}
