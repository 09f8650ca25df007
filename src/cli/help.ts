import { type Command, Help } from 'commander'
import { HELP_ENDS } from './help-ends.ts'
import { table } from './table.ts'

/** The words of a command: `clients list`; empty for the program. */
export function commandPath(command: Command): readonly string[] {
  return command.parent ? [...commandPath(command.parent), command.name()] : []
}

/** Adds examples and a link to the help of a command. */
export function formatHelp(command: Command, helper: Help, homepage?: string): string {
  return `${Help.prototype.formatHelp.call(helper, command, helper)}\n${helpEnd(command, homepage).join('\n')}\n`
}

/** The page of a command in the docs: `clients list` → `docs/commands/clients.html`. */
function docsPage(path: string): string {
  const [command = ''] = path.split(' ')
  return `docs/commands/${command && `${command}.html`}`
}

function helpEnd(command: Command, homepage: string | undefined): string[] {
  const path = commandPath(command).join(' ')
  const end = HELP_ENDS[path]
  if (end === undefined) return []
  const lines = end.examples.map(([line, does]) => [`mcp-keycloak ${line}`, `# ${does}`])
  const link = homepage ? new URL(docsPage(path), homepage).href : end.document
  return ['Examples:', ...table(lines).map((line) => `  ${line}`), '', `More: ${link}`]
}
