import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { TokenReport } from '../../operations/token.ts'
import { printableJson } from '../../printable.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { row } from '../render.ts'

interface TokenFlags {
  readonly user?: string
  readonly scope?: string
  readonly client?: string
  readonly refresh?: boolean
  readonly bad?: string
  readonly decode?: boolean
  readonly header?: boolean
}

/** Adds `mcp-keycloak token`, which prints an access token from a real login. */
export function addTokenCommand(program: Command, context: CommandContext): void {
  configCommand<TokenFlags>(program, context, {
    name: 'token',
    description: 'an access token from a real login, bare on stdout',
    options: [
      ['--user <name>', 'who logs in (the first test user; MCP_KEYCLOAK_USER_PASSWORD for one of your own)'],
      ['--scope <scope>', 'what the client asks for, e.g. "openid offline_access" (openid)'],
      ['--client <id>', 'which client logs in (the pre-registered one, else one that registers itself)'],
      ['--refresh', 'refresh it once before it is printed'],
      ['--bad <kind>', 'one that a correct server must refuse: aud, iss, exp, scope, sig or none'],
      ['--decode', 'show what is in it'],
      ['--header', 'print it as an HTTP header'],
    ],
    keys: COMMAND_KEYS.token,
    run: async ({ config, out, flags }) => {
      const { token } = await import('../../operations/token.ts')
      const { user: username, client: clientId, scope, refresh = false, bad } = flags
      const password = process.env.MCP_KEYCLOAK_USER_PASSWORD
      const report = await token(config, { username, password, clientId, scope, bad, refresh })
      out.result(report, (_, chalk) => renderToken(report, chalk, flags))
    },
  })
}

/** Renders only the token, for `$(mcp-keycloak token)`; or its claims. */
export function renderToken(report: TokenReport, chalk: ChalkInstance, flags: TokenFlags = {}): string[] {
  if (flags.decode) return renderDecoded(report, chalk)
  return [flags.header ? `Authorization: Bearer ${report.accessToken}` : report.accessToken]
}

function renderDecoded(
  { header, claims, expiresInSeconds, bad, unreadable }: TokenReport,
  chalk: ChalkInstance,
): string[] {
  const rows = (values: object) =>
    Object.entries(values).flatMap(([name, value]) => row(chalk, name, shown(name, value)))
  const lifetime = expiresInSeconds > 0 ? `${expiresInSeconds} s left` : `expired ${-expiresInSeconds} s ago`
  const parts = [chalk.bold('Header'), ...rows(header), chalk.bold('Claims'), ...rows(claims)]
  return [
    ...(unreadable ? [`The claims cannot be read, because ${unreadable}.`] : parts),
    chalk.bold('Lifetime'),
    ...row(chalk, '', lifetime),
    ...(bad ? [chalk.yellow(`A correct server refuses it: its ${bad} is wrong.`)] : []),
  ]
}

function shown(name: string, value: unknown): string {
  if (['exp', 'iat', 'nbf', 'auth_time'].includes(name) && typeof value === 'number') {
    const time = new Date(value * 1000)
    if (!Number.isNaN(time.getTime())) return `${value}  (${time.toISOString()})`
  }
  return typeof value === 'string' ? value : printableJson(value)
}
