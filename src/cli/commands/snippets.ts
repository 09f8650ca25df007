import { homedir } from 'node:os'

import type { ChalkInstance } from 'chalk'
import type { Command } from 'commander'
import { shellWord } from '../../config/shell-word.ts'
import type { ProgramSnippets, SnippetsReport } from '../../operations/snippets.ts'
import type { WriteSnippetsReport } from '../../operations/write-snippets.ts'
import { askForYes } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import { INSTANCE_KEYS, withConfigOptions } from '../options.ts'
import type { GlobalOptions } from '../output.ts'
import { title } from '../render.ts'
import { resolveOptions } from '../resolve-options.ts'

interface SnippetsFlags {
  readonly name?: string
  readonly write?: boolean
}

/** `mcp-keycloak snippets`: what to paste into clients and servers. */
export function addSnippetsCommand(program: Command, { output, uninterrupted }: CommandContext): void {
  const command = program
    .command('snippets')
    .description('what to paste into MCP clients and servers, with the URLs of the running instance')
    .argument('[names...]', 'clients and servers, e.g. fastmcp claude-code; all when none is named')
    .option('--name <name>', 'what the MCP server is called in a client (my-mcp-server)')
    .option('--write', "merge it into the named clients' own configuration files (with a backup)")
  withConfigOptions(command, [...INSTANCE_KEYS, 'realm', 'mcpUrl']).action(
    async (names: readonly string[], { name, write = false }: SnippetsFlags) => {
      const { snippetTargets } = await import('../../operations/snippet-target.ts')
      const out = output(command)
      const { config } = await resolveOptions(command, out)
      const targets = await snippetTargets(config, name)
      const { platform } = process
      if (write) {
        const { writeSnippets } = await import('../../operations/write-snippets.ts')
        const machine = { home: homedir(), cwd: process.cwd(), platform }
        const followLink = asksToFollow(out.options)
        out.result(await writeSnippets(targets, names, machine, { followLink, uninterrupted }), renderWritten)
      } else {
        const { snippets } = await import('../../operations/snippets.ts')
        const report = snippets(targets, { names, platform })
        // One server alone is printed bare, so that it can go straight into a file.
        const bare = names.length === 1 && report.programs[0]?.kind === 'server'
        const [before = [], after = []] = bare ? renderAround(report, out.chalkStderr) : []
        if (before.length > 0) out.note(...before, '')
        out.result(report, bare ? renderBare : renderSnippets)
        if (after.length > 0) out.note('', ...after)
        if (bare && !out.options.json) out.warn(otherUrls(report))
      }
    },
  )
}

/** The question whether to follow a link out of the project; only a typed yes follows it. */
export function asksToFollow(options: GlobalOptions): (link: string, path: string) => Promise<boolean> {
  return (link, path) => askForYes(`${link} is a link to ${path}, outside the project. Write there?`, options)
}

/** All snippets, each under the name of its program, and of its MCP URL when there are several. */
export function renderSnippets({ programs, targets }: SnippetsReport, chalk: ChalkInstance): string[] {
  return programs.flatMap((program) => renderProgram(program, chalk, targets.length > 1))
}

/** The runnable server alone: `mcp-keycloak snippets fastmcp > server.py`. */
export function renderBare(report: SnippetsReport): string[] {
  return report.programs[0]?.snippets[0]?.code.split('\n') ?? []
}

/** The notes around the code in the whole list; they go to stderr when the code is printed alone. */
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

/** Without empty lines at both ends. */
function trimmed(lines: readonly string[]): string[] {
  const isText = (line: string) => line.trim() !== ''
  return lines.slice(Math.max(0, lines.findIndex(isText)), lines.findLastIndex(isText) + 1)
}

/** What a server that is printed alone is not for: a file holds one. */
export function otherUrls({ targets, programs }: SnippetsReport): string[] {
  const [shown, ...others] = targets.map(({ mcpUrl }) => mcpUrl)
  return others.length === 0
    ? []
    : [
        `The realm has ${targets.length} MCP URLs; this server is for ${shown}.`,
        ...others.map(
          (url) => `For ${url}: mcp-keycloak snippets ${programs[0]?.name} --mcp-url ${shellWord(url)}`,
        ),
      ]
}

/** What became of each configuration file. */
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
