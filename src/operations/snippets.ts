import { z } from 'zod'

import { CLIENT_PROFILES } from '../clients/all.ts'
import type { ClientProfile } from '../clients/client-profile.ts'
import { didYouMean } from '../config/did-you-mean.ts'
import { type SnippetTarget, snippetSchema, snippetTargetSchema } from '../config/snippet.ts'
import { McpKeycloakError } from '../errors.ts'
import { SERVER_PROFILES } from '../servers/all.ts'
import type { ServerProfile } from '../servers/server-profile.ts'
import { AGENT_SKILL, agentSkill } from './agent-skill.ts'

/** The wanted snippets, and the machine that they are for. */
export interface SnippetsOptions {
  /** Names of clients and servers, e.g. `claude-code`; empty for all. */
  readonly names: readonly string[]
  /** Decides the paths of configuration files. */
  readonly platform: NodeJS.Platform
}

/** The snippets of one program, for one MCP URL. */
const programSnippetsSchema = z
  .strictObject({
    kind: z.enum(['client', 'server', 'agent']),
    name: z.string(),
    title: z.string(),
    /** The MCP endpoint that these snippets are for. */
    mcpUrl: z.string(),
    snippets: z.array(snippetSchema).readonly(),
    /** Instructions to make the program forget a stale client id; clients only. */
    forget: z.string().exactOptional(),
  })
  .readonly()

/** The snippets of one program, for one MCP URL. */
export type ProgramSnippets = z.infer<typeof programSnippetsSchema>

/** `snippets --json`: the snippets of every wanted program. */
export const snippetsReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** One for each MCP URL of the realm. */
  targets: z.array(snippetTargetSchema).readonly(),
  /** One for each program and MCP URL. */
  programs: z.array(programSnippetsSchema).readonly(),
})

/** The snippets of every wanted program. */
export type SnippetsReport = Readonly<z.infer<typeof snippetsReportSchema>>

/**
 * Returns the snippets of clients and servers, in the order of `names`. Without names: all, servers first. The skill for
 * coding agents must be named. It needs no target.
 *
 * @param targets one for each MCP URL
 * @throws {McpKeycloakError} `USAGE_INVALID` for an unknown name, or a server name that would need quotes.
 */
export function snippets(targets: readonly SnippetTarget[], options: SnippetsOptions): SnippetsReport {
  for (const { serverName } of targets) assertServerName(serverName)
  const programs = [
    ...SERVER_PROFILES.map((profile) => ({
      name: profile.name,
      all: () => targets.map((target) => serverSnippets(profile, target)),
    })),
    ...CLIENT_PROFILES.map((profile) => ({
      name: profile.name,
      all: () => targets.map((target) => clientSnippets(profile, target, options.platform)),
    })),
  ]
  const known = [...programs, { name: AGENT_SKILL, all: () => [skillSnippets(targets[0])] }]
  const names = new Set(options.names)
  const wanted = names.size === 0 ? programs : [...names].map((name) => byName(known, name))
  return { schemaVersion: 1, targets, programs: wanted.flatMap(({ all }) => all()) }
}

/**
 * Finds an item by its name.
 *
 * @param thing the kind of item, for the error's text
 * @throws {McpKeycloakError} `USAGE_INVALID` with the closest name and all names.
 */
export function byName<T extends { readonly name: string }>(
  known: readonly T[],
  name: string,
  thing = 'snippet for',
): T {
  const found = known.find((candidate) => candidate.name === name)
  if (found !== undefined) return found
  const names = known.map((candidate) => candidate.name)
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `There is no ${thing} "${name}".`,
    why: didYouMean(name, names) ?? 'Nothing of that name is known.',
    fix: `Choose from: ${names.join(', ')}.`,
  })
}

/**
 * Refuses a name that would need quotes in a command line, a TOML key or a tool's name.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID`
 */
export function assertServerName(serverName: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(serverName)) return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `"${serverName}" cannot be the name of an MCP server.`,
    why: 'It may hold letters, digits, "-" and "_", and starts with a letter or digit.',
    fix: 'Choose another name with --name, e.g. --name my-server.',
  })
}

function clientSnippets(
  profile: ClientProfile,
  target: SnippetTarget,
  platform: NodeJS.Platform,
): ProgramSnippets {
  const { name, title } = profile
  return {
    kind: 'client',
    name,
    title,
    mcpUrl: target.mcpUrl,
    snippets: profile.snippets(target, platform),
    forget: profile.forget(target),
  }
}

function serverSnippets(profile: ServerProfile, target: SnippetTarget): ProgramSnippets {
  const { name, title } = profile
  return { kind: 'server', name, title, mcpUrl: target.mcpUrl, snippets: profile.snippets(target) }
}

function skillSnippets(target: SnippetTarget | undefined): ProgramSnippets {
  const mcpUrl = target?.mcpUrl ?? 'http://localhost:8000/mcp'
  const title = 'Skill for coding agents'
  return { kind: 'agent', name: AGENT_SKILL, title, mcpUrl, snippets: [agentSkill(mcpUrl)] }
}
