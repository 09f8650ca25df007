import type { ChalkInstance } from 'chalk'
import { type Command, InvalidArgumentError } from 'commander'

import { EXIT_CODES } from '../../errors.ts'
import type { VerifyReport } from '../../operations/verify.ts'
import type { CommandContext } from '../context.ts'
import { configFlags, INSTANCE_KEYS, withConfigOptions } from '../options.ts'

interface VerifyFlags {
  readonly insecure?: boolean
  readonly requestTimeout?: number
}

type Check = VerifyReport['checks'][number]

/** `mcp-keycloak verify`: does a running MCP server protect itself, and can clients log in to it? */
export function addVerifyCommand(program: Command, { output, signal }: CommandContext): void {
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
      const { resolveConfig } = await import('../../config/resolve.ts')
      const { verify } = await import('../../operations/verify.ts')
      const out = output(command)
      const { config } = await resolveConfig({ flags: configFlags(command) })
      const requestTimeoutMs = requestTimeout && requestTimeout * 1000
      const report = await verify(config, mcpUrl, { insecure, requestTimeoutMs, onStep: out.step, signal })
      const verbose = out.options.verbose === true
      out.result(
        report,
        (_, chalk) => renderVerify(report, chalk, verbose),
        report.score.failed > 0 ? EXIT_CODES.faultFound : EXIT_CODES.done,
      )
      if (!out.options.json) out.warn(report.warnings)
    },
  )
}

function seconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 600) return value
  throw new InvalidArgumentError('It must be a number of seconds, more than 0 and at most 600.')
}

const MARKS = { ok: '✔', warn: '⚠', fail: '✘', skip: '-' } as const
const COLORS = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' } as const

/** The score, then a line for each question, with why and fix where something is wrong. */
export function renderVerify(
  { mcpUrl, framework, checks, score }: VerifyReport,
  chalk: ChalkInstance,
  verbose = false,
): string[] {
  const width = Math.max(...checks.map(({ title }) => title.length)) + 2
  const verdict = score.failed > 0 ? chalk.red('✘') : chalk.green('✔')
  const counts = [
    `${score.passed} of ${score.of}`,
    ...(score.failed > 0 ? [`${score.failed} failed`] : []),
    ...(score.warned > 0 ? [`${score.warned} ${score.warned === 1 ? 'warning' : 'warnings'}`] : []),
    ...(score.skipped > 0 ? [`${score.skipped} not asked`] : []),
  ]
  return [
    `${verdict} ${chalk.bold(`${mcpUrl}: ${counts.join(', ')}`)}${framework ? chalk.dim(`  (${framework})`) : ''}`,
    '',
    ...(verbose ? checks.map((check) => [check]) : grouped(checks)).flatMap((group) =>
      renderGroup(group, width, chalk, verbose),
    ),
  ]
}

/** Together what comes one after the other and could not be asked for the same reason. */
function grouped(checks: readonly Check[]): readonly (readonly Check[])[] {
  return checks.reduce<Check[][]>((groups, check) => {
    const last = groups.at(-1)
    if (check.status === 'skip' && last?.[0]?.status === 'skip' && last[0].what === check.what)
      last.push(check)
    else groups.push([check])
    return groups
  }, [])
}

function renderGroup(
  group: readonly Check[],
  width: number,
  chalk: ChalkInstance,
  verbose: boolean,
): string[] {
  const [check] = group
  if (!check) return []
  if (group.length === 1) return renderCheck(check, width, chalk, verbose)
  return [`  ${chalk.dim(`${MARKS.skip} ${`${group.length} more questions`.padEnd(width)}${check.what}`)}`]
}

function renderCheck(check: Check, width: number, chalk: ChalkInstance, verbose: boolean): string[] {
  const { status, title, what, why, fix, url } = check
  const quiet = status === 'ok' || status === 'skip'
  const more = (label: string, text: string | null) =>
    text === null ? [] : [`      ${chalk.dim(label)}  ${text.replaceAll('\n', '\n           ')}`]
  return [
    `  ${chalk[COLORS[status]](MARKS[status])} ${title.padEnd(width)}${quiet ? chalk.dim(what) : what}`,
    ...more('Why', why),
    ...more('Fix', fix),
    ...(verbose ? more('See', url) : []),
  ]
}
