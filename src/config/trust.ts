import { createHash } from 'node:crypto'
import { join } from 'node:path'

import { z } from 'zod'
import { McpKeycloakError } from '../errors.ts'
import { isPrintable, printableLine } from '../printable.ts'
import { command } from './command.ts'
import type { ConfigFile } from './config-file.ts'
import { isForeign } from './files/file-owner.ts'
import { parseJson } from './files/parse-json.ts'
import { readRegularFile } from './files/read-file.ts'
import { platformFolders } from './folders.ts'
import { CONFIG_KEYS, type Config, type ConfigKey, environmentName, flagName } from './schema.ts'
import { shellWord } from './shell-word.ts'

/** Keys that decide where passwords go or what is executed, each with its effect. */
const EFFECTS: Readonly<Partial<Record<ConfigKey, string>>> = {
  keycloakUrl: "the administrator's password is sent there",
  keycloakHome: 'its programs are executed',
  dataFolder: 'the servers and passwords in it are used',
  cacheFolder: 'the servers in it are executed',
  variables: 'the realm gets variables of your environment',
}

/** Keys of files to read. Windows logs in to the host of a UNC path before it reads anything. */
const READ_FILES: readonly ConfigKey[] = ['realmFile', 'with']

/** Decides nothing alone, and is trusted with the others. */
const WITH_THEM: ConfigKey = 'runtime'

/** A config file whose values count only after the user has trusted them. */
export interface TrustRequest {
  /** Path of the config file, without links. */
  readonly path: string
  /** The folder where the file was found. */
  readonly folder: string
  /** The values to trust. Paths are absolute. */
  readonly values: Readonly<Record<string, unknown>>
  /** Whether the file belongs to another user, so that all of its values are to be trusted. */
  readonly isForeign: boolean
}

const recordSchema = z.looseObject({
  schemaVersion: z.literal(1),
  path: z.string(),
  values: z.record(z.string(), z.json()).readonly(),
  /** ISO 8601. */
  trustedAt: z.string(),
})

/** The record of a trusted config file. */
export type TrustRecord = Readonly<z.infer<typeof recordSchema>>

/**
 * Lists the values of a config file that count only after the user has trusted them.
 *
 * @param config the validated options
 * @param counts keys whose value comes from the config file. Keys that a flag or a variable overrules need no trust.
 * @returns `undefined` when there are none
 */
export function trustRequest(
  file: ConfigFile,
  config: Config,
  counts: readonly ConfigKey[],
  platform = process.platform,
): TrustRequest | undefined {
  const { realPath: path, folder, isForeign } = file
  const decisive = counts.filter((key) => isForeign || effectOf(key, config[key], platform) !== undefined)
  if (decisive.length === 0) return undefined
  const keys = CONFIG_KEYS.filter((key) => counts.includes(key) && [...decisive, WITH_THEM].includes(key))
  return { path, folder, isForeign, values: Object.fromEntries(keys.map((key) => [key, config[key]])) }
}

/** The effect of a value that decides where passwords go or what is executed; `undefined` for every other value. */
function effectOf(key: ConfigKey, value: unknown, platform = process.platform): string | undefined {
  const isOfHost = (path: unknown) => platform === 'win32' && /^[\\/]{2}/.test(String(path))
  return READ_FILES.includes(key) && [value].flat().some(isOfHost)
    ? 'Windows sends your login to that host'
    : value === false
      ? undefined
      : EFFECTS[key]
}

/** Whether the user has trusted these values of this file. A changed value has to be trusted again. */
export async function isTrusted({ path, values }: TrustRequest): Promise<boolean> {
  const trusted = (await readTrustRecord(trustRecordFile(path)))?.values ?? {}
  const same = ([key, value]: [string, unknown]) => JSON.stringify(trusted[key]) === JSON.stringify(value)
  return Object.entries(values).every(same)
}

/** The record of a config file, outside any repository; no option and no config file chooses its folder. */
export function trustRecordFile(path: string): string {
  return join(trustFolder(), `${createHash('sha256').update(path).digest('hex')}.json`)
}

/** The folder of all records. */
export function trustFolder(): string {
  return join(platformFolders().data, 'trusted')
}

/** Reads a record; `undefined` when it is missing or damaged, or when it belongs to another user. */
export async function readTrustRecord(file: string): Promise<TrustRecord | undefined> {
  const content = await readRegularFile(file).catch(() => undefined)
  if (content === undefined || isForeign(content.owner)) return undefined
  return recordSchema.safeParse(parseJson(content.bytes.toString('utf8'))).data
}

/** Describes each value of a request in one line, with its effect. */
export function trustLines(values: TrustRequest['values']): string[] {
  return Object.entries(values).map(([key, value]) => {
    const effect = effectOf(key as ConfigKey, value)
    const shown = typeof value === 'string' ? value : JSON.stringify(value)
    const host = key === 'keycloakUrl' ? URL.parse(String(value))?.host : undefined // what "good@evil" really means
    const place = host === undefined ? effect : effect?.replace('there', `to ${host}`)
    return printableLine(`${key}: ${shown}${place === undefined ? '' : ` (${place})`}`)
  })
}

/** The error for a config file that was not trusted. */
export function untrusted({ path, folder, values, isForeign }: TrustRequest): McpKeycloakError {
  const keys = Object.keys(values) as ConfigKey[]
  const own = keys.map((key) => `${flagName(key)} or ${environmentName(key)}`).join(', ')
  const why = isForeign
    ? 'It belongs to another user. It sets:'
    : 'It came with the project, and can send your password elsewhere or run programs. It sets:'
  return new McpKeycloakError('CONFIG_UNTRUSTED', {
    what: `The config file ${path} is not trusted.`,
    why: [why, ...trustLines(values)],
    fix: [
      `If you trust these values: ${trustCommand(folder)}`,
      `Otherwise set your own ${keys.length > 1 ? 'values' : 'value'}: ${own}.`,
    ],
  })
}

/** The command that trusts the config file of a folder. */
function trustCommand(folder: string): string {
  return isPrintable(shellWord(folder)) ? command('trust', folder) : command('trust')
}
