import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'
import { command, DEFAULT_REALM } from '../../config/command.ts'
import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { Config } from '../../config/schema.ts'
import { McpKeycloakError } from '../../errors.ts'
import type { ExplainedLine } from '../../operations/logs/explain-logs.ts'
import type { LogLine } from '../../operations/logs/logs.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import type { Output } from '../output.ts'
import { shownTime } from '../render.ts'

interface LogsFlags {
  readonly follow?: boolean
  readonly since?: string
  readonly level?: string
  readonly explain?: boolean
  readonly realm?: string
}

/** Adds `mcp-keycloak logs`, which prints the server's log or explains it. */
export function addLogsCommand(program: Command, context: CommandContext): void {
  configCommand<LogsFlags>(program, context, {
    name: 'logs',
    description: "the server's log; -f goes on with what comes; --explain tells what happened, and why",
    options: [
      ['-f, --follow', 'go on with what comes'],
      ['--since <time>', 'from then on: 10m, 2h, 1d, or 2026-11-21T09:30'],
      ['--level <level>', 'this level and above: INFO, WARN, ERROR'],
      ['--explain', 'who registers, logs in and gets a token, who is refused, and what helps'],
    ],
    keys: COMMAND_KEYS['logs --explain'],
    run: async ({ config, out, flags }) => {
      const { logs } = await import('../../operations/logs/logs.ts')
      const { follow = false, since, level } = flags
      const signal = follow ? context.untilInterrupted : context.signal
      if (flags.explain) return printExplainedLines(config, flags, out, signal)
      if (flags.realm !== undefined) throw oneLogOnly()
      for await (const line of logs(config, { follow, since, level, signal }))
        out.value<LogLine>({ schemaVersion: 1, line }, () => [line])
    },
  })
}

async function printExplainedLines(
  config: Config,
  flags: LogsFlags,
  out: Output,
  signal: AbortSignal,
): Promise<void> {
  const { refuseLevel, explainLogs } = await import('../../operations/logs/explain-logs.ts')
  const { follow = false, since, level } = flags
  refuseLevel(level)
  let told = 0
  for await (const line of explainLogs(config, {
    follow,
    since,
    signal,
    onNote: (note) => out.warn([note]),
  })) {
    told++
    out.value(line, renderExplainedLine)
  }
  if (told === 0 && !signal.aborted) out.note('Nothing has happened: no client, no login, no refusal.')
}

/** Renders one occurrence on the server. */
export function renderExplainedLine(line: ExplainedLine, chalk: ChalkInstance): string[] {
  const { at, client, did, refused, error, explanations, realm } = line
  const where = realm === null || realm === DEFAULT_REALM ? '' : chalk.dim(` [${realm}]`)
  const who = `${chalk.dim(shownTime(at))}${where} ${client ?? 'A client'} ${did}`
  if (!refused) return [`${who}`]
  if (explanations.length === 0)
    return [
      `${who}, ${chalk.red('refused')}${error ? `: ${error}` : ''} → ${command('logs', { level: 'WARN' })}`,
    ]
  return explanations.map(({ what, fix }) => {
    const [first = ''] = fix.split('\n')
    return `${who}, ${chalk.red('refused')}: ${clause(what)} → ${chalk.cyan(first)}`
  })
}

/** Turns a sentence into a clause of another sentence. */
function clause(sentence: string): string {
  return sentence.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase()).replace(/\.$/, '')
}

function oneLogOnly(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: '--realm goes with --explain only.',
    why: 'The log is that of the server, with all its realms.',
    fix: 'Leave --realm out, or add --explain.',
  })
}
