import { type Command, InvalidArgumentError, Option } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import { EXIT_CODES } from '../../errors.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { renderVerify } from './verify.render.ts'

interface VerifyFlags {
  readonly insecure?: boolean
  readonly requestTimeout?: number
}

/** Adds `mcp-keycloak verify`, which tests a running MCP server as a client does. */
export function addVerifyCommand(program: Command, context: CommandContext): void {
  configCommand<VerifyFlags, string | undefined>(program, context, {
    name: 'verify',
    description:
      'walk a running MCP server as a client does, then try bad tokens on it (exit 6: it has a fault)',
    argument: ['[mcp-url]', "its MCP endpoint (the realm's first MCP URL)"],
    options: [
      ['--insecure', 'take any certificate of the MCP server'],
      new Option('--request-timeout <seconds>', 'how long each of its answers may take (10)').argParser(
        seconds,
      ),
    ],
    keys: COMMAND_KEYS.verify,
    abortsEarly: true,
    run: async ({ config, origins, out, argument: mcpUrl, flags: { insecure, requestTimeout } }) => {
      const { assertOnThisMachine } = await import('../../operations/assert-mcp-url.ts')
      const { verify } = await import('../../operations/verify.ts')
      if (mcpUrl === undefined && origins.mcpUrl === 'config file') assertOnThisMachine(config.mcpUrl[0])
      const requestTimeoutMs = requestTimeout && requestTimeout * 1000
      const { signal } = context
      const report = await verify(config, mcpUrl, { insecure, requestTimeoutMs, onStep: out.step, signal })
      out.result(
        report,
        (shown, chalk) => renderVerify(shown, chalk, out.options.verbose === true),
        report.score.failed > 0 ? EXIT_CODES.faultFound : EXIT_CODES.done,
      )
    },
  })
}

function seconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 600) return value
  throw new InvalidArgumentError('It must be a number of seconds, more than 0 and at most 600.')
}
