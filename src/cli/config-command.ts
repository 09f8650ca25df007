import { type Command, Option } from 'commander'

import { withTarget } from '../config/command.ts'
import type { ResolvedConfig } from '../config/resolve.ts'
import type { ConfigKey } from '../config/schema.ts'
import type { CommandContext } from './context.ts'
import { typedTarget, withConfigOptions } from './options.ts'
import type { Output } from './output.ts'
import { resolveOptions } from './resolve-options.ts'

/** One call of a command, with its options resolved. */
interface Call<Flags, Argument> extends Pick<ResolvedConfig, 'config' | 'origins'> {
  readonly resolved: ResolvedConfig
  /** Resolves the options again, after a file has changed. */
  readonly resolveAgain: () => Promise<ResolvedConfig>
  readonly out: Output
  /** The flags that do not belong to a config key. */
  readonly flags: Flags
  readonly argument: Argument
}

/** A command whose options come from flags, environment and config file. */
export interface ConfigCommand<Flags, Argument> {
  /** The name, with arguments that have no description. */
  readonly name: string
  readonly description: string
  readonly usage?: string
  /** The syntax of the argument and its description. */
  readonly argument?: readonly [syntax: string, description: string]
  /** The flags that do not belong to a config key. The help lists them first. */
  readonly options?: readonly (Option | readonly [flags: string, description: string])[]
  readonly keys: readonly ConfigKey[]
  /** Whether a signal also aborts the command while its options are resolved. Default: it then ends at once. */
  readonly abortsEarly?: boolean
  /** Refuses a call before its options are resolved. */
  readonly check?: (out: Output) => void
  readonly run: (call: Call<Flags, Argument>) => Promise<void>
}

/** Adds a command that resolves its options, then runs. */
export function configCommand<Flags, Argument = undefined>(
  parent: Command,
  context: CommandContext,
  { name, description, usage, argument, options = [], keys, ...spec }: ConfigCommand<Flags, Argument>,
): void {
  const command = parent.command(name).description(description)
  if (usage) command.usage(usage)
  if (argument) command.argument(...argument)
  for (const option of options) command.addOption(option instanceof Option ? option : new Option(...option))
  const call = async () => {
    const out = context.output(command)
    spec.check?.(out)
    const resolved = await resolveOptions(command, out, spec.abortsEarly ? context.signal : undefined)
    const { config, origins } = resolved
    const [given] = command.processedArgs as [Argument]
    const resolveAgain = () => resolveOptions(command, out)
    await spec.run({
      resolved,
      resolveAgain,
      config,
      origins,
      out,
      flags: command.opts() as Flags,
      argument: given,
    })
  }
  withConfigOptions(command, keys).action(() => withTarget(typedTarget(command), call))
}
