import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'
import { projectAddresses } from '../../assets.ts'
import { command } from '../../config/command.ts'
import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { ExplainReport } from '../../operations/logs/explain.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { inputLines } from '../input.ts'
import { row, shownTime, title, warning } from '../render.ts'
import { table } from '../table.ts'

type Finding = ExplainReport['findings'][number]

/** Adds `mcp-keycloak explain`, which finds the cause of an error message. */
export function addExplainCommand(program: Command, context: CommandContext): void {
  configCommand<object, readonly string[]>(program, context, {
    name: 'explain',
    description: 'what is behind an error message, or a whole log on standard input: why, and what helps',
    argument: ['[text...]', 'what a program shows; without it standard input is read'],
    keys: COMMAND_KEYS.explain,
    run: async ({ config, out, argument: text }) => {
      const { explain } = await import('../../operations/logs/explain.ts')
      const lines = text.length > 0 ? text.join(' ').split('\n') : (inputLines() ?? [])
      out.result(await explain(config, lines), renderExplain)
    },
  })
}

/** Renders the result of `explain`. */
export function renderExplain(report: ExplainReport, chalk: ChalkInstance): string[] {
  const { findings, linesRead, truncated } = report
  return [
    ...(truncated
      ? [warning(chalk, `It is a long text: only its first ${linesRead} lines were read.`), '']
      : []),
    ...(findings.length > 0
      ? findings.flatMap((finding, index) => [
          ...(index > 0 ? [''] : []),
          ...renderFailure(finding, chalk, linesRead > 1),
        ])
      : renderUnknown(report, chalk)),
  ]
}

function renderFailure(finding: Finding, chalk: ChalkInstance, hasLines: boolean): string[] {
  const { id, what, why, fix, link, line, count, text, serverLogAt, forget } = finding
  const times = count > 1 ? `, and ${count - 1} more` : ''
  return [
    `${title(chalk, what, 'fail')}  ${chalk.dim(`[${id}]`)}`,
    ...(hasLines ? row(chalk, `Line ${line}${times}`, text) : []),
    ...(serverLogAt
      ? row(chalk, 'Server log', `the last refusal of this kind, at ${shownTime(serverLogAt)}`)
      : []),
    ...row(chalk, 'Why', why),
    ...row(chalk, 'Fix', ...fix.split('\n')),
    ...forget.flatMap(({ title, how }, index) =>
      row(chalk, index === 0 ? 'To forget' : '', `${title}: ${how}`),
    ),
    ...row(chalk, 'More', chalk.cyan(link)),
  ]
}

function renderUnknown({ nearest }: ExplainReport, chalk: ChalkInstance): string[] {
  const { issues } = projectAddresses()
  return [
    `${chalk.yellow('?')} ${chalk.bold('Nothing in it is known.')}`,
    ...(nearest ? row(chalk, 'Nearest', nearest.example, nearest.what, chalk.cyan(nearest.link)) : []),
    ...row(
      chalk,
      'What next',
      ...table(
        [
          [command('logs --explain', '-f'), 'what the server says while you try again'],
          [command('token', { decode: true }), 'what is in a good token'],
        ],
        3,
      ),
    ),
    ...row(
      chalk,
      'To report it',
      `${issues === undefined ? '' : `${issues}: `}the text without tokens and secrets, the program and its version,`,
      `and the output of mcp-keycloak --version and ${command('logs', { since: '10m', level: 'WARN' })}`,
    ),
  ]
}
