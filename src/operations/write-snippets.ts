import { randomUUID } from 'node:crypto'
import { chmod, constants, copyFile, lstat, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

import { z } from 'zod'
import { CLIENT_PROFILES } from '../clients/all.ts'
import type { ConfigFile } from '../clients/client-profile.ts'
import { type Merged, notWritten } from '../clients/merge-entry.ts'
import { mergeJson } from '../clients/merge-json.ts'
import { mergeToml } from '../clients/merge-toml.ts'
import { command } from '../config/command.ts'
import { readRegularFile } from '../config/files/read-file.ts'
import { followLinks } from '../config/files/written-file.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { McpKeycloakError } from '../errors.ts'
import { SERVER_PROFILES } from '../servers/all.ts'
import { assertServerName, byName } from './snippets.ts'

/** The folders of configuration files. */
export interface SnippetFolders {
  /** The user's home, for `~`. */
  readonly home: string
  /** The current folder, for a project's files. */
  readonly cwd: string
  readonly platform: NodeJS.Platform
}

/** The result for one configuration file. */
const writtenFileSchema = z
  .strictObject({
    /** Name of the client, e.g. `claude-code`. */
    name: z.string(),
    title: z.string(),
    /** The real path, after links. */
    path: z.string(),
    /** The link to that path; only when there is one. */
    link: z.string().exactOptional(),
    action: z.enum(['created', 'updated', 'unchanged']),
    /** Copy of the previous file; only when the file was changed. */
    backup: z.string().exactOptional(),
  })
  .readonly()

/** `snippets --write --json`: the result for each file. */
export const writeSnippetsReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** The MCP URLs that each file has now. */
  mcpUrls: z.array(z.string()).readonly(),
  files: z.array(writtenFileSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** The result of `snippets --write`. */
export type WriteSnippetsReport = Readonly<z.infer<typeof writeSnippetsReportSchema>>

/** A checked change that is not written yet. */
interface Plan extends Merged {
  readonly name: string
  readonly title: string
  readonly path: string
  readonly link: string | undefined
  /** Permissions of the existing file; `undefined` for a new file. */
  readonly mode: number | undefined
  readonly warnings: readonly string[]
}

/** Options of {@link writeSnippets}. */
export interface WriteSnippetsOptions {
  /** Asks whether to follow a link out of the project or the home folder. Default: such a link is refused. */
  readonly followLink?: (link: string, path: string) => Promise<boolean>
  /** Runs the write, which must not be interrupted. */
  readonly uninterrupted?: <Result>(work: () => Promise<Result>) => Promise<Result>
}

/**
 * Merges the MCP servers into the configuration files of the named clients: all files or none.
 *
 * @param targets one for each MCP URL
 * @throws {McpKeycloakError} `USAGE_INVALID` for a name without a configuration file, `SNIPPET_NOT_WRITTEN` for a file
 * that cannot be read, parsed or written, or that has another entry of that name.
 */
export async function writeSnippets(
  targets: readonly SnippetTarget[],
  names: readonly string[],
  folders: SnippetFolders,
  { followLink = async () => false, uninterrupted = (work) => work() }: WriteSnippetsOptions = {},
): Promise<WriteSnippetsReport> {
  for (const { serverName } of targets) assertServerName(serverName)
  const chosen = chosenFiles(names)
  const plans: Plan[] = []
  for (const { name, title, configFile } of chosen)
    plans.push(await plan({ name, title }, configFile, targets, { ...folders, followLink }))
  const prepared = await uninterrupted(async () => {
    const changes = await prepare(plans.filter(({ action }) => action !== 'unchanged'))
    for (const { path, draft } of changes) await rename(draft, path)
    return changes
  })
  return {
    schemaVersion: 1,
    mcpUrls: targets.map(({ mcpUrl }) => mcpUrl),
    files: plans.map(({ name, title, path, link, action }) => {
      const backup = prepared.find((change) => change.path === path)?.backup
      return { name, title, path, ...(link && { link }), action, ...(backup && { backup }) }
    }),
    warnings: plans.flatMap(({ warnings }) => warnings),
  }
}

function chosenFiles(names: readonly string[]) {
  const writable = CLIENT_PROFILES.flatMap(({ name, title, configFile }) =>
    configFile === undefined ? [] : [{ name, title, configFile }],
  )
  const choice = writable.map(({ name }) => name).join(', ')
  if (names.length === 0) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: '--write needs the names of the programs to write to.',
      why: 'It changes their configuration files, so it does not do that for all at once.',
      fix: `Choose from: ${choice}.`,
    })
  }
  return [...new Set(names)].map((name) => {
    const { title } = byName([...SERVER_PROFILES, ...CLIENT_PROFILES], name)
    const found = writable.find((candidate) => candidate.name === name)
    if (found !== undefined) return found
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${title} has no configuration file to write to.`,
      why: 'Its snippets are programs or commands.',
      fix: `Paste what \`${command('snippets', name)}\` prints; --write knows ${choice}.`,
    })
  })
}

async function plan(
  program: { readonly name: string; readonly title: string },
  configFile: ConfigFile,
  targets: readonly SnippetTarget[],
  { home, cwd, platform, followLink }: SnippetFolders & Required<Pick<WriteSnippetsOptions, 'followLink'>>,
): Promise<Plan> {
  const found = [configFile.path(platform), ...(configFile.otherPaths ?? [])].map((shown) =>
    shown.startsWith('~/') ? join(home, shown.slice(2)) : resolve(cwd, shown),
  )
  const names = targets.map(({ serverName }) => serverName)
  const asked = await chooseFile(found, names)
  // A link into a folder of dotfiles stays a link: its target is written.
  const { real: path, leadsOut } = await followLinks(asked, { home, cwd })
  if (leadsOut && !(await followLink(asked, path))) throw isLink(asked, path, program.name)
  const link = (await lstat(asked).catch(() => undefined))?.isSymbolicLink() ? asked : undefined
  const content = await readIfThere(path)
  const before = content?.replace(/^\uFEFF/, '')
  const merge = configFile.format === 'json' ? mergeJson : mergeToml
  const warnings = before === content ? [] : [`${path} began with a byte order mark, which was removed.`]
  const text = targets.reduce<string | undefined>((merged, target) => {
    const { mayBeBare = false } = configFile
    const place = { file: path, path: configFile.entryPath(target), mayBeBare }
    const { text, alike = [] } = merge(merged, place, configFile.entry(target))
    const others = alike.filter((other) => !names.includes(other))
    if (others.length > 0) warnings.push(sameServer(path, others, target))
    return text
  }, before)
  const action = before === undefined ? 'created' : text === content ? 'unchanged' : 'updated'
  const mode = content === undefined ? undefined : (await stat(path)).mode & 0o777
  return { ...program, path, link, mode, action, text: text ?? '', warnings }
}

function isLink(link: string, path: string, name: string): McpKeycloakError {
  return new McpKeycloakError('SNIPPET_NOT_WRITTEN', {
    what: `${link} was not written.`,
    why: `It is a link to ${path}, outside the project. Nothing was changed.`,
    fix: [
      `To write there, run this on a terminal, without --yes and --json, and answer y: ${command('snippets', name, { write: true })}`,
      `Otherwise remove the link, or paste what this prints: ${command('snippets', name)}`,
    ],
  })
}

/** Chooses the file to write: an existing one that has the server, else any existing one, else the first. */
async function chooseFile(files: readonly string[], names: readonly string[]): Promise<string> {
  const texts = await Promise.all(files.map(async (file) => [file, await readIfThere(file)] as const))
  const there = texts.filter(([, text]) => text !== undefined)
  const known = there.find(([, text]) => names.some((name) => text?.includes(`"${name}"`)))
  return (known ?? there[0] ?? texts[0])?.[0] ?? ''
}

function sameServer(path: string, others: readonly string[], { mcpUrl }: SnippetTarget): string {
  const names = others.map((name) => `"${name}"`).join(' and ')
  return `${path} also has ${mcpUrl} as ${names}: the program shows that MCP server twice. Remove the entry that you do not need.`
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const { bytes } = await readRegularFile(path)
    if ([0xfe, 0xff].includes(bytes[0] ?? 0)) throw new Error('it is UTF-16, and MCP programs read UTF-8')
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw notWritten(path, `It cannot be read: ${(cause as Error).message}.`, cause)
  }
}

/** A draft that only has to be renamed. */
interface Prepared {
  readonly path: string
  readonly draft: string
  readonly backup: string | undefined
}

/** Does everything that can fail for lack of space or permissions, before the first file is replaced. */
async function prepare(changes: readonly Plan[]): Promise<readonly Prepared[]> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const prepared: Prepared[] = []
  for (const { path, text, mode } of changes) {
    const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
    const backup = mode === undefined ? undefined : `${path}.bak-${stamp}`
    prepared.push({ path, draft, backup })
    try {
      await mkdir(dirname(path), { recursive: true })
      // never through a link; the previous file may be private
      await writeFile(draft, text, { flag: 'wx', ...(mode !== undefined && { mode }) })
      if (mode !== undefined) await chmod(draft, mode)
      if (backup !== undefined) await copyFile(path, backup, constants.COPYFILE_EXCL)
    } catch (cause) {
      const left = prepared.flatMap((change) => [change.draft, change.backup ?? change.draft])
      await Promise.all(left.map((file) => rm(file, { force: true })))
      throw notWritten(path, `It cannot be written: ${(cause as Error).message}.`, cause)
    }
  }
  return prepared
}
