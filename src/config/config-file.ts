import { lstat, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { McpKeycloakError } from '../errors.ts'
import { capitalized } from './capitalized.ts'
import { command } from './command.ts'
import { didYouMean } from './did-you-mean.ts'
import { isForeign } from './files/file-owner.ts'
import { parseJson } from './files/parse-json.ts'
import { readRegularFile } from './files/read-file.ts'
import { CONFIG_KEYS, type ConfigKey, environmentName, optionMeta } from './schema.ts'

/** Name of the config file; the nearest one upwards from the current folder counts. */
export const CONFIG_FILE_NAME = 'mcp-keycloak.config.json'

/** Bytes of the largest config file. */
const LARGEST = 1024 * 1024

/** A config file as read: keys checked, values not yet. */
export interface ConfigFile {
  readonly path: string
  readonly folder: string
  /** The path without links. */
  readonly realPath: string
  /** Whether it belongs to another user, who does not own the current folder either: `/tmp` may hold such a file. */
  readonly isForeign: boolean
  readonly values: Readonly<Partial<Record<ConfigKey, unknown>>>
}

/**
 * Reads the nearest config file from `folder` upwards; returns `undefined` when there is none.
 *
 * @throws {McpKeycloakError} `CONFIG_INVALID` when it is not a JSON object, or has an unknown key
 */
export async function readConfigFile(folder: string): Promise<ConfigFile | undefined> {
  const found = await findConfigFile(folder)
  if (!found) return undefined
  const { path } = found
  return {
    path,
    folder: dirname(path),
    realPath: await realpath(path),
    isForeign: await isOfStranger(found, folder),
    values: await parse(found),
  }
}

interface FoundFile {
  readonly path: string
  readonly content: Uint8Array
  /** User id of the owner. */
  readonly owner: number
}

/** Whether a file, or the link to it, belongs to someone else than this user, root, and the owner of the current folder. */
async function isOfStranger({ path, owner }: FoundFile, cwd: string): Promise<boolean> {
  const [link, folder] = await Promise.all([lstat(path), stat(cwd)])
  return [owner, link.uid].some((uid) => isForeign(uid) && uid !== folder.uid)
}

/**
 * Finds the nearest config file from `folder` upwards, without reading its contents.
 *
 * @throws {McpKeycloakError} `CONFIG_INVALID` for an unreadable file
 */
export async function findConfigFile(folder: string): Promise<FoundFile | undefined> {
  const path = join(folder, CONFIG_FILE_NAME)
  const content = await readRegularFile(path, LARGEST).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    const why =
      error.code === 'EFTYPE' ? `${capitalized(error.message)}.` : `It cannot be read: ${error.message}.`
    throw invalid(path, why, 'Make it a file that can be read, or move it away.')
  })
  if (content !== undefined) return { path, content: content.bytes, owner: content.owner }
  const parent = dirname(folder)
  return parent === folder ? undefined : findConfigFile(parent)
}

async function parse({ path, content }: FoundFile): Promise<Partial<Record<ConfigKey, unknown>>> {
  const text = decode(path, content)
  const example = `It looks like { "mcpUrl": ["http://localhost:8000/mcp"] }; ${command('init')} writes one.`
  if (text.trim() === '') throw invalid(path, 'It is empty.', example)
  const values = parseJson(text)
  if (values === undefined) {
    const { FIX_JSON, notJson } = await import('./files/json-fault.ts') // every command reads the file, few find it broken
    throw invalid(path, notJson(text), FIX_JSON)
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw invalid(path, 'It is not a JSON object.', example)
  }
  const { $schema: _, ...rest } = values as Record<string, unknown>
  for (const key of Object.keys(rest)) assertKnown(path, key)
  return rest
}

/** Decodes UTF-8 without the byte order mark that Windows editors add. */
function decode(path: string, content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw invalid(path, 'It is not a text in UTF-8.', 'Save it as UTF-8; PowerShell writes UTF-16 with ">".')
  }
}

function assertKnown(path: string, key: string): void {
  if (!(CONFIG_KEYS as readonly string[]).includes(key)) {
    throw invalid(
      path,
      `It has the unknown key "${key}".`,
      didYouMean(key, CONFIG_KEYS) ?? `Known keys: ${CONFIG_KEYS.join(', ')}.`,
    )
  }
  if (optionMeta(key as ConfigKey).secret) {
    const variable = environmentName(key as ConfigKey)
    throw invalid(
      path,
      `It has "${key}", which does not belong into a file.`,
      `Set the variable ${variable}.`,
    )
  }
}

function invalid(path: string, why: string, fix: string): McpKeycloakError {
  return new McpKeycloakError('CONFIG_INVALID', { what: `The config file ${path} is not valid.`, why, fix })
}
