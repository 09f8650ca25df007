import { type Command, InvalidArgumentError } from 'commander'

import { EXIT_CODES } from '../../errors.ts'
import type { CommandContext } from '../context.ts'
import { INSTANCE_KEYS, withConfigOptions } from '../options.ts'
import { resolveOptions } from '../resolve-options.ts'
import { renderVerify } from './render-verify.ts'

interface VerifyFlags {
  readonly insecure?: boolean
  readonly requestTimeout?: number
}

/** `mcp-keycloak verify`: does a running MCP server protect itself, and can clients log in to it? */
export function addVerifyCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('verify')
    .description(
      'walk a running MCP server as a client does, then try bad tokens on it (exit 6: it has a fault)',
    )
    .argument('[mcp-url]', "its MCP endpoint (the realm's first MCP URL)")
    .option('--insecure', 'take any certificate of the MCP server')
    .option('--request-timeout <seconds>', 'how long each of its answers may take (10)', seconds)
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm']).action(
    async (mcpUrl: string | undefined, { insecure, requestTimeout }: VerifyFlags) => {
      const { assertOnThisMachine } = await import('../../operations/assert-mcp-url.ts')
      const { verify } = await import('../../operations/verify.ts')
      const out = context.output(command)
      const { signal } = context
      const { config, origins } = await resolveOptions(command, out, signal)
      if (mcpUrl === undefined && origins.mcpUrl === 'config file') assertOnThisMachine(config.mcpUrl[0])
      const requestTimeoutMs = requestTimeout && requestTimeout * 1000
      const report = await verify(config, mcpUrl, { insecure, requestTimeoutMs, onStep: out.step, signal })
      const verbose = out.options.verbose === true
      out.result(
        report,
        (advised, chalk) => renderVerify(advised, chalk, verbose),
        report.score.failed > 0 ? EXIT_CODES.faultFound : EXIT_CODES.done,
      )
    },
  )
}

function seconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 600) return value
  throw new InvalidArgumentError('It must be a number of seconds, more than 0 and at most 600.')
}
