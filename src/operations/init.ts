import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

import { z } from 'zod'
import { packageVersion } from '../assets.ts'
import { command } from '../config/command.ts'
import { CONFIG_FILE_NAME, findConfigFile } from '../config/config-file.ts'
import type { ResolvedConfig } from '../config/resolve.ts'
import { CONFIG_KEYS, type Config, type ConfigKey } from '../config/schema.ts'
import { McpKeycloakError } from '../errors.ts'
import { askedOverlay, type NeedsReport } from '../provisioning/needs/needs.ts'
import { planRealm } from '../provisioning/plan-realm.ts'
import { BASE_REALM_FILE, loadRealm } from '../realm/load.ts'
import { NEEDS } from '../realm/needs/all.ts'
import { mcpUrls } from '../realm/patches/audience.ts'
import { realmFiles } from '../realm/realm-files.ts'
import { findProject, projectRealmName } from './project.ts'
import { trust } from './trust.ts'

/** File name of the config file's JSON Schema in this package. */
export const SCHEMA_FILE_NAME = 'mcp-keycloak.schema.json'

/** `init --json`: the config file that was written. */
export const initReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Path of the file. */
  path: z.string(),
  /** Its contents. */
  config: z.looseObject({ $schema: z.string() }).readonly(),
  warnings: z.array(z.string()).readonly(),
})

/** The config file that was written. */
export type InitReport = Readonly<z.infer<typeof initReportSchema>>

/**
 * Writes a starter config file next to the project's package.json, pyproject.toml or go.mod. That is the nearest one
 * upwards in the same repository, else the file goes into the folder itself. Never changes an existing config file. The
 * values of the new file are the user's own flags, so they are trusted.
 *
 * @param resolved the options; the file gets those that came from flags
 * @param askNeeds asks whether the file should add what MCP needs to a realm file that lacks it. Default: it does.
 * @throws {McpKeycloakError} `USAGE_INVALID` when the file already exists, or cannot be written
 */
export async function init(
  resolved: ResolvedConfig,
  cwd: string,
  askNeeds: AskAdding = async () => true,
): Promise<InitReport> {
  const { origins } = resolved
  const project = await findProject(cwd)
  const path = join(project.folder, CONFIG_FILE_NAME)
  const outer = await findConfigFile(project.folder)
  if (outer?.path === path) throw alreadyThere(path)
  const { config, warnings } = await withNeeds(resolved.config, askNeeds)
  const isGiven = (key: ConfigKey) => origins[key] === 'flag' || config[key] !== resolved.config[key]
  const given = CONFIG_KEYS.filter(isGiven).map((key) => [key, portable(config[key], project.folder)])
  const written = {
    $schema: await schemaReference(project.folder),
    // A realm file has its own name and MCP URLs.
    ...(config.realmFile === undefined && {
      realm: projectRealmName(project),
      mcpUrl: mcpUrls(await loadRealm(BASE_REALM_FILE)),
    }),
    ...Object.fromEntries(given),
  }
  await writeNew(path, `${JSON.stringify(written, null, 2)}\n`)
  const areFlags = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).every(([key, value]) => isDeepStrictEqual(value, config[key as ConfigKey]))
  await trust(project.folder, areFlags)
  return {
    schemaVersion: 1,
    path,
    config: written,
    warnings: [...(outer ? [`In this folder it counts in place of ${outer.path}.`] : []), ...warnings],
  }
}

/** Asks whether to add to a realm what MCP needs. */
export type AskAdding = (needs: NeedsReport) => Promise<boolean>

/** Adds the overlay `mcp` for a realm file that lacks what MCP needs. A file that cannot be read yet gets no overlay. */
async function withNeeds(
  config: Config,
  ask: AskAdding,
): Promise<{ readonly config: Config; readonly warnings: readonly string[] }> {
  if (config.realmFile === undefined) return { config, warnings: [] }
  const files = realmFiles()
  try {
    const plan = await planRealm(config, null, files)
    let lacking = 0
    const added = await askedOverlay(plan, files, async (question, needs) => {
      lacking = needs.unmet.filter(({ severity }) => severity === 'required').length
      return question === 'add' && ask(needs)
    })
    if (added === undefined) return { config, warnings: [] }
    const what = `The realm of ${config.realmFile} lacks ${lacking} of ${NEEDS.length} needs of MCP.`
    return {
      config: { ...config, with: [...config.with, added] },
      warnings: [`${what} "with": ["${added}"] in the config file adds them when the realm is created.`],
    }
  } catch (error) {
    if (!(error instanceof McpKeycloakError) || error.code !== 'REALM_INVALID') throw error
    return { config, warnings: [`${error.message} ${error.why}`] }
  }
}

/** Returns the schema's address for editors: in the project's dependencies, else on a CDN for npm packages. */
async function schemaReference(folder: string): Promise<string> {
  const installed = await nearest(folder, join('node_modules', 'mcp-keycloak', SCHEMA_FILE_NAME))
  if (installed !== undefined) return fromFolder(folder, installed)
  return `https://unpkg.com/mcp-keycloak@${packageVersion()}/${SCHEMA_FILE_NAME}`
}

async function nearest(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name)
  if (await stat(path).catch(() => undefined)) return path
  const parent = dirname(folder)
  return parent === folder ? undefined : nearest(parent, name)
}

/** Makes paths relative to the config file's folder, so that the project can be moved. */
function portable(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => portable(item, folder))
  return typeof value === 'string' && isAbsolute(value) ? fromFolder(folder, value) : value
}

function fromFolder(folder: string, path: string): string {
  const inner = relative(folder, path).split(sep).join('/')
  return inner.startsWith('..') ? inner : `./${inner}`
}

/** Writes a whole file or none, and never replaces a file: `link` fails if the path exists. */
async function writeNew(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(draft, text, { flag: 'wx' })
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error
      return copyFile(draft, path, constants.COPYFILE_EXCL) // a file system without links
    })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(path)
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `${path} could not be written.`,
      why: (cause as Error).message,
      fix: `Make that folder writable, or run ${command('init')} in another one.`,
      cause,
    })
  } finally {
    await rm(draft, { force: true }).catch(() => {}) // a folder that is not writable has no draft
  }
}

function alreadyThere(path: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `There is a config file already: ${path}`,
    why: 'init writes a new file; it never changes one that is there.',
    fix: 'Edit it, or remove it first.',
  })
}
