import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'

import type { AgentTexts } from '../../../agent/texts.ts'
import { command as advice, withTarget } from '../../../config/command.ts'
import { COMMAND_KEYS } from '../../../config/command-keys.ts'
import { McpKeycloakError } from '../../../errors.ts'
import type { RealmAdoptReport } from '../../../operations/realm/realm-adopt.ts'
import { inOneLine } from '../../../printable.ts'
import type { CommandContext } from '../../context.ts'
import { configFlags, typedTarget, withConfigOptions } from '../../options.ts'
import { createPrinter } from '../../printer.ts'
import { canAsk } from '../../prompt.ts'
import { warning } from '../../render.ts'
import { needLines } from '../../render-needs.ts'
import { renderDoctor } from '../doctor.render.ts'
import { renderExplain } from '../explain.ts'
import { renderResetRealm } from '../reset-realm.ts'
import { renderStatus } from '../status.render.ts'
import { renderToken } from '../token.ts'
import { renderVerify } from '../verify.render.ts'

/** Adds `mcp-keycloak mcp`, which serves commands as tools to coding agents. */
export function addMcpCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('mcp')
    .description('an MCP server on standard input and output, with commands as tools for coding agents')
  withConfigOptions(command, COMMAND_KEYS.mcp).action(() => withTarget(typedTarget(command), serve))

  /** Resolves no options yet: a call reports a fault in them, where the agent can read it. */
  async function serve(): Promise<void> {
    const out = context.output(command)
    if (out.options.json) throw noJson()
    if (canAsk())
      out.note(`Waiting for an MCP client. To add it to one: ${advice('snippets', 'agent-skill')}`)
    const { serveAgent } = await import('../../../agent/serve-agent.ts')
    const flags = configFlags(command)
    const { untilInterrupted: signal, uninterrupted } = context
    await serveAgent({ flags, texts: agentTexts(), asks: !out.options.yes, signal, uninterrupted })
  }
}

/** Returns the texts of the tools: those of the command line, without colours. */
export function agentTexts(): AgentTexts {
  const { chalk } = createPrinter('stdout', false)
  const text =
    <Report>(render: (report: Report, chalk: ChalkInstance) => readonly string[]) =>
    (report: Report & { readonly warnings?: readonly string[] }) =>
      [...render(report, chalk), ...(report.warnings ?? []).map((one) => warning(chalk, one))]
        .map(inOneLine)
        .join('\n')
  return {
    status: text((report) => renderStatus(report, chalk, false)),
    doctor: text((report) => renderDoctor(report, chalk, false)),
    verify: text(renderVerify),
    explain: text(renderExplain),
    token: text((report) => [...renderToken(report, chalk), ...renderToken(report, chalk, { decode: true })]),
    realm_needs: text(renderRealmNeeds),
    reset_realm: text(renderResetRealm),
  }
}

function renderRealmNeeds({ realm, content, needs }: RealmAdoptReport): readonly string[] {
  const { met, unmet, count } = needs
  if (met.length + unmet.length === 0) return [`The realm "${realm}" meets all ${count} needs of MCP.`]
  return [
    `The realm "${realm}" lacks ${met.length + unmet.length} of ${count} needs of MCP.`,
    ...needLines(met).map((line) => `Added by the overlay: ${line}`),
    ...needLines(unmet).map((line) => `Left: ${line}`),
    ...(met.length > 0 ? ['The overlay:', ...content.trimEnd().split('\n')] : []),
  ]
}

function noJson(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'mcp has no --json.',
    why: 'Standard output belongs to the protocol, and each tool returns its report as JSON.',
    fix: 'Leave --json out.',
  })
}
