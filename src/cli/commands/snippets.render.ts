import type { ChalkInstance } from 'chalk'
import { command } from '../../config/command.ts'
import type { ProgramSnippets, SnippetsReport } from '../../operations/snippets.ts'
import type { WriteSnippetsReport } from '../../operations/write-snippets.ts'
import { title } from '../render.ts'

/** Renders all snippets under their programs' names. Several MCP URLs also appear in the headings. */
export function renderSnippets({ programs, targets }: SnippetsReport, chalk: ChalkInstance): string[] {
  return programs.flatMap((program) => renderProgram(program, chalk, targets.length > 1))
}

/** Renders only the code: `mcp-keycloak snippets fastmcp > server.py`. */
export function renderBare(report: SnippetsReport): string[] {
  return report.programs[0]?.snippets[0]?.code.split('\n') ?? []
}

/** Renders the notes around the code. They go to stderr when the code is printed alone. */
export function renderAround({ programs }: SnippetsReport, chalk: ChalkInstance): string[][] {
  const [program] = programs
  const [server, ...rest] = program?.snippets ?? []
  if (!program || !server) return []
  const [head = '', , ...title] = renderProgram(
    { ...program, snippets: [{ ...server, code: '' }] },
    chalk,
    false,
  )
  const howToRun = renderProgram({ ...program, snippets: rest }, chalk, false).slice(1)
  return [[head, ...title], howToRun].map((lines) => trimmed(lines))
}

/** Removes empty lines at both ends. */
function trimmed(lines: readonly string[]): string[] {
  const isText = (line: string) => line.trim() !== ''
  return lines.slice(Math.max(0, lines.findIndex(isText)), lines.findLastIndex(isText) + 1)
}

/** Renders the MCP URLs that a server printed alone does not serve. One file has one server. */
export function otherUrls({ targets, programs }: SnippetsReport): string[] {
  const [shown, ...others] = targets.map(({ mcpUrl }) => mcpUrl)
  return others.length === 0 || programs[0]?.kind !== 'server'
    ? []
    : [
        `The realm has ${targets.length} MCP URLs; this server is for ${shown}.`,
        ...others.map(
          (url) => `For ${url}: ${command('snippets', programs[0]?.name ?? '', { mcpUrl: url })}`,
        ),
      ]
}

/** Renders the change of each configuration file. */
export function renderWritten(report: WriteSnippetsReport, chalk: ChalkInstance): string[] {
  return report.files.map(({ title: program, path, link, action, backup }) => {
    const way = link ? `, by the link ${link}` : ''
    const urls = report.mcpUrls.join(', ')
    return title(
      chalk,
      `${program}: ${path} ${action}${way}, with ${urls}${backup ? ` (as it was: ${backup})` : ''}`,
    )
  })
}

function renderProgram(program: ProgramSnippets, chalk: ChalkInstance, withUrl: boolean): string[] {
  const { kind, name, mcpUrl } = program
  return [
    chalk.bold.underline(program.title) +
      chalk.dim([`  ${kind}`, name, ...(withUrl ? [mcpUrl] : [])].join(' · ')),
    '',
    ...program.snippets.flatMap(({ title: what, file, code, note }) => [
      `  ${chalk.bold(what)}${file ? chalk.dim(`  → ${file}`) : ''}`,
      ...(note ? [`  ${chalk.yellow(note)}`] : []),
      '',
      ...code.split('\n').map((line) => (line ? `    ${line}` : '')),
      '',
    ]),
    ...(program.forget
      ? [`  ${chalk.dim(`To make it forget a client that Keycloak no longer knows: ${program.forget}`)}`, '']
      : []),
  ]
}
