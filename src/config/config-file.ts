import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { closest, distance } from 'fastest-levenshtein'

import { McpKeycloakError } from '../errors.ts'
import { CONFIG_KEYS, type ConfigKey, environmentName, optionMeta } from './schema.ts'

/** Name of the config file; the nearest one upwards from the current folder counts. */
export const CONFIG_FILE_NAME = 'mcp-keycloak.config.json'

/** A config file as read: keys checked, values not yet. */
export interface ConfigFile {
  readonly path: string
  readonly folder: string
  readonly values: Readonly<Partial<Record<ConfigKey, unknown>>>
}

/**
 * The nearest config file from `folder` upwards, or `undefined` when there is none.
 *
 * @throws {McpKeycloakError} `CONFIG_INVALID` when it is not a JSON object, or has a key that we do not know
 */
export async function readConfigFile(folder: string): Promise<ConfigFile | undefined> {
  const path = join(folder, CONFIG_FILE_NAME)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw invalid(path, `It cannot be read: ${error.message}`, 'Make it readable, or move it away.')
  })
  if (text !== undefined) return { path, folder, values: parse(path, text) }
  const parent = dirname(folder)
  return parent === folder ? undefined : readConfigFile(parent)
}

function parse(path: string, text: string): Partial<Record<ConfigKey, unknown>> {
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch (cause) {
    throw invalid(path, (cause as Error).message, 'Mend the JSON.')
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw invalid(
      path,
      'It is not a JSON object.',
      'It looks like { "mcpUrl": ["http://localhost:8000/mcp"] }.',
    )
  }
  const { $schema: _, ...rest } = values as Record<string, unknown>
  for (const key of Object.keys(rest)) assertKnown(path, key)
  return rest
}

function assertKnown(path: string, key: string): void {
  if (!(CONFIG_KEYS as readonly string[]).includes(key)) {
    const candidate = closest(key, [...CONFIG_KEYS])
    const near = distance(key.toLowerCase(), candidate.toLowerCase()) <= Math.max(2, key.length / 3)
    throw invalid(
      path,
      `It has the unknown key "${key}".`,
      near ? `Did you mean "${candidate}"?` : `Known keys: ${CONFIG_KEYS.join(', ')}.`,
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
