import { isDeepStrictEqual } from 'node:util'

import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'
import { projectAddresses } from '../../assets.ts'
import { command } from '../../config/command.ts'
import { COMMAND_KEYS } from '../../config/command-keys.ts'
import type { ExplainReport } from '../../operations/logs/explain.ts'
import type { FailureList } from '../../operations/logs/failure-list.ts'
import { configCommand } from '../config-command.ts'
import type { CommandContext } from '../context.ts'
import { inputLines } from '../input.ts'
import { row, shownTime, title, warning } from '../render.ts'
import { table } from '../table.ts'

type Finding = ExplainReport['findings'][number]

interface ExplainFlags {
  readonly list?: boolean
  readonly clipboard?: boolean
}

/** Adds `mcp-keycloak explain`, which finds the cause of an error message. */
export function addExplainCommand(program: Command, context: CommandContext): void {
  configCommand<ExplainFlags, readonly string[]>(program, context, {
    name: 'explain',
    description: 'what is behind an error message, or a whole log on standard input: why, and what helps',
    argument: ['[text...]', 'what a program shows; without it standard input is read'],
    options: [
      ['--list', 'list all known failures by cause'],
      ['--clipboard', 'explain the text on the clipboard'],
    ],
    keys: COMMAND_KEYS.explain,
    run: async ({ config, out, flags, argument: text }) => {
      if (flags.list) {
        const { failureList } = await import('../../operations/logs/failure-list.ts')
        return out.result(failureList(), renderFailures)
      }
      const { explain } = await import('../../operations/logs/explain.ts')
      const lines = text.length > 0 ? text.join(' ').split('\n') : await linesToRead(flags)
      out.result(await explain(config, lines), renderExplain)
    },
  })
}

async function linesToRead({ clipboard }: ExplainFlags): Promise<Iterable<string> | AsyncIterable<string>> {
  if (!clipboard) return inputLines() ?? []
  const { clipboardLines } = await import('../../operations/logs/explain-input.ts')
  return clipboardLines()
}

/** Renders the result of `explain --list`. */
function renderFailures({ failures }: FailureList, chalk: ChalkInstance): string[] {
  return failures.flatMap(({ id, cause, what }, index) => [
    ...(failures[index - 1]?.cause === cause ? [] : [...(index > 0 ? [''] : []), chalk.bold(cause)]),
    `  ${id}  ${chalk.dim(what)}`,
  ])
}

/** Renders the result of `explain`. */
export function renderExplain(report: ExplainReport, chalk: ChalkInstance): string[] {
  const { findings, linesRead, truncated } = report
  return [
    ...(truncated
      ? [warning(chalk, `It is a long text: only its first ${linesRead} lines were read.`), '']
      : []),
    ...(findings.length > 0
      ? findings
          .flatMap((finding, index) => [
            ...(index > 0 ? [''] : []),
            ...renderFailure(finding, chalk, { hasLines: linesRead > 1, before: findings.slice(0, index) }),
          ])
          .concat(renderNext(report, chalk))
      : renderUnknown(report, chalk)),
  ]
}

/** The place of a finding: whether its line has a number, and the findings above it. */
interface Place {
  readonly hasLines: boolean
  readonly before: readonly Finding[]
}

function renderFailure(finding: Finding, chalk: ChalkInstance, { hasLines, before }: Place): string[] {
  const { id, what, why, fix, link, line, count, text, serverLogAt, forget, confidence, ecosystem } = finding
  const times = count > 1 ? `, and ${count - 1} more` : ''
  return [
    `${title(chalk, what, 'fail')}  ${chalk.dim(`[${id}]`)}`,
    ...(hasLines ? row(chalk, `Line ${line}${times}`, text) : []),
    ...(serverLogAt
      ? row(chalk, 'Server log', `the last refusal of this kind, at ${shownTime(serverLogAt)}`)
      : []),
    ...(confidence === 'possible' ? row(chalk, 'Sure', 'no: the message makes it only possible') : []),
    ...row(chalk, 'Why', why),
    ...row(chalk, 'Fix', ...fix.split('\n')),
    ...(forget.length > 0 && before.some((above) => isDeepStrictEqual(above.forget, forget))
      ? row(chalk, 'To forget', 'as above')
      : forget.flatMap(({ title, how }, index) =>
          row(chalk, index === 0 ? 'To forget' : '', `${title}: ${how}`),
        )),
    ...row(chalk, 'More', chalk.cyan(link), ...(ecosystem ? [chalk.cyan(ecosystem.docs)] : [])),
  ]
}

function renderNext({ next }: ExplainReport, chalk: ChalkInstance): string[] {
  if (next.length === 0) return []
  const rows = next.map(({ command, shows }) => [command, shows])
  return row(chalk, 'What next', ...table(rows, 3))
}

function renderUnknown(report: ExplainReport, chalk: ChalkInstance): string[] {
  const { nearest, ecosystem } = report
  const { issues } = projectAddresses()
  return [
    `${chalk.yellow('?')} ${chalk.bold('Nothing in it is known.')}`,
    ...(nearest ? row(chalk, 'Nearest', nearest.example, nearest.what, chalk.cyan(nearest.link)) : []),
    ...(ecosystem ? row(chalk, 'Program', ecosystem.title, chalk.cyan(ecosystem.docs)) : []),
    ...renderNext(report, chalk),
    ...row(
      chalk,
      'To report it',
      `${issues === undefined ? '' : `${issues}: `}the text without tokens and secrets, the program and its version,`,
      `and the output of mcp-keycloak --version and ${command('logs', { since: '10m', level: 'WARN' })}`,
    ),
  ]
}
