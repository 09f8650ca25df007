import { chmod, copyFile, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'

import { CLIENT_PROFILES } from '../clients/all.ts'
import type { ConfigFile } from '../clients/client-profile.ts'
import { type Merged, notWritten } from '../clients/merge-entry.ts'
import { mergeJson } from '../clients/merge-json.ts'
import { mergeToml } from '../clients/merge-toml.ts'
import type { SnippetTarget } from '../config/snippet.ts'
import { McpKeycloakError } from '../errors.ts'
import { SERVER_PROFILES } from '../servers/all.ts'
import { assertServerName, byName } from './snippets.ts'

/** Where configuration files are looked for. */
export interface SnippetFolders {
  /** The user's home, for `~`. */
  readonly home: string
  /** The current folder, for a project's files. */
  readonly cwd: string
  readonly platform: NodeJS.Platform
}

/** What became of one configuration file. */
interface WrittenFile {
  /** Name of the client, e.g. `claude-code`. */
  readonly name: string
  readonly title: string
  readonly path: string
  readonly action: 'created' | 'updated' | 'unchanged'
  /** Copy of the file as it was; only when it was changed. */
  readonly backup?: string
}

/** What `snippets --write` did. */
export interface WriteSnippetsReport {
  readonly schemaVersion: 1
  readonly files: readonly WrittenFile[]
}

/** A change that is checked but not made. */
interface Plan extends Merged {
  readonly name: string
  readonly title: string
  readonly path: string
  /** Permissions of the file that is there; `undefined` for a new one. */
  readonly mode: number | undefined
}

/**
 * Merges the MCP server into the configuration files of the named clients: into all of them, or into none.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a name without a configuration file, `SNIPPET_NOT_WRITTEN` for a file
 * that cannot be read, understood or written, or that has another entry of that name.
 */
export async function writeSnippets(
  target: SnippetTarget,
  names: readonly string[],
  folders: SnippetFolders,
): Promise<WriteSnippetsReport> {
  assertServerName(target.serverName)
  const chosen = chosenFiles(names)
  const plans = await Promise.all(
    chosen.map(({ name, title, configFile }) => plan({ name, title }, configFile, target, folders)),
  )
  const prepared = await prepare(plans.filter(({ action }) => action !== 'unchanged'))
  for (const { path, draft } of prepared) await rename(draft, path)
  return {
    schemaVersion: 1,
    files: plans.map(({ name, title, path, action }) => {
      const backup = prepared.find((change) => change.path === path)?.backup
      return { name, title, path, action, ...(backup === undefined ? {} : { backup }) }
    }),
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
      fix: `Paste what \`mcp-keycloak snippets ${name}\` prints; --write knows ${choice}.`,
    })
  })
}

async function plan(
  program: { readonly name: string; readonly title: string },
  configFile: ConfigFile,
  target: SnippetTarget,
  { home, cwd, platform }: SnippetFolders,
): Promise<Plan> {
  const shown = configFile.path(platform)
  const asked = shown.startsWith('~/') ? join(home, shown.slice(2)) : resolve(cwd, shown)
  // A link into a folder of dotfiles stays a link: its target is what is written.
  const path = await realpath(asked).catch(() => asked)
  const content = await readIfThere(path)
  const mark = content?.startsWith('\uFEFF') ? '\uFEFF' : ''
  const merge = configFile.format === 'json' ? mergeJson : mergeToml
  const place = { file: path, path: configFile.entryPath(target) }
  const merged = merge(content?.slice(mark.length), place, configFile.entry(target))
  const mode = content === undefined ? undefined : (await stat(path)).mode & 0o777
  return { ...program, path, mode, action: merged.action, text: mark + merged.text }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw notWritten(path, `It cannot be read: ${(cause as Error).message}.`, cause)
  }
}

/** A file that only has to be renamed. */
interface Prepared {
  readonly path: string
  readonly draft: string
  readonly backup: string | undefined
}

/** Everything that can fail for want of room or rights happens here, before the first file is replaced. */
async function prepare(changes: readonly Plan[]): Promise<readonly Prepared[]> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-')
  const prepared: Prepared[] = []
  for (const { path, text, mode } of changes) {
    const draft = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
    const backup = mode === undefined ? undefined : `${path}.bak-${stamp}`
    prepared.push({ path, draft, backup })
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(draft, text)
      if (mode !== undefined) await chmod(draft, mode)
      if (backup !== undefined) await copyFile(path, backup)
    } catch (cause) {
      const left = prepared.flatMap((change) => [change.draft, change.backup ?? change.draft])
      await Promise.all(left.map((file) => rm(file, { force: true })))
      throw notWritten(path, `It cannot be written: ${(cause as Error).message}.`, cause)
    }
  }
  return prepared
}
