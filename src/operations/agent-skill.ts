import { command } from '../config/command.ts'
import type { Snippet } from '../config/snippet.ts'
import { printableJson } from '../printable.ts'

/** The name of the skill: `snippets agent-skill`. */
export const AGENT_SKILL = 'agent-skill'

/** The program as an MCP server, in a client's configuration. */
const SERVER = { command: 'npx', args: ['mcp-keycloak', 'mcp'] }

/**
 * Returns a part of `AGENTS.md` that tells a coding agent how to debug the authorization of MCP servers. Needs no server.
 *
 * @param mcpUrl the MCP URL of its examples
 */
export function agentSkill(mcpUrl: string): Snippet {
  return { title: 'A part of AGENTS.md', language: 'text', code: skill(mcpUrl), file: 'AGENTS.md' }
}

function skill(mcpUrl: string): string {
  const run = (...words: Parameters<typeof command>) => `\`npx ${command(...words)}\``
  const rows = [
    ['Nothing runs, or you do not know', `${run('status')}, then ${run('up')}`],
    ['An error message or a log', `${run('explain', '<text>')}, or pipe the log into it`],
    ['The MCP server refuses good tokens, or takes bad ones', run('verify', mcpUrl)],
    ['A client cannot register or log in', run('doctor', { client: 'claude-code' })],
    ['It happened a minute ago, nobody saw the message', run('logs', { explain: true, since: '10m' })],
    ['A request needs a token', `\`curl -H "$(npx ${command('token', { header: true })})" …\``],
    ['A test needs a token that must be refused', run('token', { bad: 'aud' })],
    ['The realm lacks something for MCP', run('realm adopt')],
    [
      'The realm was changed by hand',
      `${run('realm diff')}, then ${run('reset-realm')} (ask the user first)`,
    ],
    ['Code or settings for a server or a client', run('snippets', '<name>')],
  ]
  return `## MCP authorization: mcp-keycloak

A local Keycloak for MCP clients and servers. Do not guess at OAuth errors: each command below finds the cause and names the fix.

| symptom | command |
| --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

- Add \`--json\` for one JSON value on stdout. Errors are JSON on stderr: \`code\`, \`message\`, \`why\`, \`fix\`. Do what \`fix\` says.
- Exit codes: 0 done, 2 wrong input, 3 nothing runs, 4 Keycloak not ready, 5 Keycloak refused, 6 a check found a fault.
- Never print, log or commit tokens and client secrets. Use them in the same command, as above.
- Ask the user before \`--purge\`, \`--hard\` and \`--yes\`.
- After a fix, run the same command again.

The commands are also MCP tools (\`status\`, \`doctor\`, \`verify\`, \`explain\`, \`token\`, \`realm_needs\`, \`reset_realm\`). To add them:

- Claude Code: \`claude mcp add keycloak -- ${[SERVER.command, ...SERVER.args].join(' ')}\`
- Codex: \`codex mcp add keycloak -- ${[SERVER.command, ...SERVER.args].join(' ')}\`
- \`.mcp.json\` and \`.cursor/mcp.json\`: \`${printableJson({ mcpServers: { keycloak: SERVER } })}\`
- VS Code, \`.vscode/mcp.json\`: \`${printableJson({ servers: { keycloak: { type: 'stdio', ...SERVER } } })}\``
}
