import { type Command, InvalidArgumentError, Option } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import { EXIT_CODES } from '../../errors.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { FORMAT_OPTIONS, type FormatFlags, printFormatted } from '../formatted-result.ts'
import { formattedVerify, renderVerify } from './verify.render.ts'

interface VerifyFlags extends FormatFlags {
  readonly quick?: boolean
  readonly call?: string
  readonly attack?: boolean
  readonly insecure?: boolean
  readonly requestTimeout?: number
  readonly maxTime?: number
  readonly strict?: boolean
  readonly ignore?: readonly string[]
}

/** Adds `mcp-keycloak verify`, which tests a running MCP server as a client does. */
export function addVerifyCommand(program: Command, context: CommandContext): void {
  configCommand<VerifyFlags, string | undefined>(program, context, {
    name: 'verify',
    description:
      'walk a running MCP server as a client does, then try bad tokens on it (exit 6: it has a fault)',
    argument: ['[mcp-url]', "its MCP endpoint (the realm's first MCP URL)"],
    options: [
      ['--quick', "send bad tokens with a client's first request only"],
      ['--call <tool>', 'also call this tool of the server, without arguments'],
      ['--attack', 'send attacks to a server on another machine too, such as SQL in "kid"'],
      ['--strict', 'exit 6 for a warning too'],
      new Option('--ignore <check>', 'leave out a check (repeatable)').argParser(
        (name: string, names: readonly string[] = []) => [...names, name],
      ),
      ...FORMAT_OPTIONS,
      ['--insecure', 'take any certificate of the MCP server'],
      new Option('--request-timeout <seconds>', 'how long each of its answers may take (10)').argParser(
        seconds,
      ),
      new Option('--max-time <seconds>', 'how long all checks may take together (120)').argParser(seconds),
    ],
    keys: COMMAND_KEYS.verify,
    abortsEarly: true,
    run: async ({ config, origins, out, argument: mcpUrl, flags }) => {
      const { quick, call, attack, strict, ignore, insecure, requestTimeout, maxTime } = flags
      const { assertOnThisMachine } = await import('../../operations/assert-mcp-url.ts')
      const { verify } = await import('../../operations/verify.ts')
      if (mcpUrl === undefined && origins.mcpUrl === 'config file') assertOnThisMachine(config.mcpUrl[0])
      const requestTimeoutMs = requestTimeout && requestTimeout * 1000
      const { signal } = context
      const timeMs = maxTime && maxTime * 1000
      const limits = { quick, call, attack, ignore, insecure, requestTimeoutMs, timeMs }
      const report = await verify(config, mcpUrl, {
        ...limits,
        onStep: out.step,
        onCheck: out.detail,
        signal,
      })
      const { failed, warned } = report.score
      const isFault = failed > 0 || (strict === true && warned > 0)
      await printFormatted(out, flags, {
        report,
        render: renderVerify,
        formatted: formattedVerify,
        exitCode: isFault ? EXIT_CODES.faultFound : EXIT_CODES.done,
      })
    },
  })
}

function seconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 600) return value
  throw new InvalidArgumentError('It must be a number of seconds, more than 0 and at most 600.')
}
