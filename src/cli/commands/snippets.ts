import { homedir } from 'node:os'

import type { Command } from 'commander'

import { COMMAND_KEYS } from '../../config/command-keys.ts'
import { configCommand } from '../config-command.ts'
import { askForYes } from '../confirm.ts'
import type { CommandContext } from '../context.ts'
import type { GlobalOptions } from '../output.ts'
import { otherUrls, renderAround, renderBare, renderSnippets, renderWritten } from './snippets.render.ts'

interface SnippetsFlags {
  readonly name?: string
  readonly write?: boolean
}

/** Adds `mcp-keycloak snippets`, which prints configuration for clients and servers. */
export function addSnippetsCommand(program: Command, context: CommandContext): void {
  configCommand<SnippetsFlags, readonly string[]>(program, context, {
    name: 'snippets',
    description: 'what to paste into MCP clients and servers, with the URLs of the running instance',
    argument: [
      '[names...]',
      'clients and servers, e.g. fastmcp claude-code, or agent-skill; all clients and servers when none is named',
    ],
    options: [
      ['--name <name>', 'what the MCP server is called in a client (my-mcp-server)'],
      ['--write', "merge it into the named clients' own configuration files (with a backup)"],
    ],
    keys: COMMAND_KEYS.snippets,
    run: async ({ config, out, argument: names, flags: { name, write = false } }) => {
      const { AGENT_SKILL } = await import('../../operations/agent-skill.ts')
      const { snippetTargets } = await import('../../operations/snippet-target.ts')
      const isSkill = names.length > 0 && names.every((one) => one === AGENT_SKILL)
      const targets = isSkill && !write ? [] : await snippetTargets(config, name) // the skill needs no server
      const { platform } = process
      if (write) {
        const { writeSnippets } = await import('../../operations/write-snippets.ts')
        const machine = { home: homedir(), cwd: process.cwd(), platform }
        const { uninterrupted } = context
        const followLink = asksToFollow(out.options)
        out.result(await writeSnippets(targets, names, machine, { followLink, uninterrupted }), renderWritten)
      } else {
        const { snippets } = await import('../../operations/snippets.ts')
        const report = snippets(targets, { names, platform })
        // A single server or the skill is printed without notes, ready for a file.
        const bare = names.length === 1 && report.programs[0]?.kind !== 'client'
        const [before = [], after = []] = bare ? renderAround(report, out.chalkStderr) : []
        if (before.length > 0) out.note(...before, '')
        out.result(report, bare ? renderBare : renderSnippets)
        if (after.length > 0) out.note('', ...after)
        if (bare && !out.options.json) out.warn(otherUrls(report))
      }
    },
  })
}

/** Asks whether to follow a link out of the project. Only a typed yes confirms it. */
export function asksToFollow(options: GlobalOptions): (link: string, path: string) => Promise<boolean> {
  return (link, path) => askForYes(`${link} is a link to ${path}, outside the project. Write there?`, options)
}
