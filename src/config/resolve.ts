import { resolve } from 'node:path'

import { type ErrorCode, McpKeycloakError } from '../errors.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import {
  CONFIG_KEYS,
  type Config,
  type ConfigKey,
  configSchema,
  environmentName,
  flagName,
  isList,
  isSwitch,
  optionMeta,
} from './schema.ts'
import { isOverlayPath } from './values.ts'
import { assertSupportedVersion } from './versions.ts'

/** Where a value came from. */
export type Origin = 'flag' | 'environment' | 'config file' | 'default'

/** The resolved options, and where each came from. */
export interface ResolvedConfig {
  readonly config: Config
  readonly origins: Readonly<Record<ConfigKey, Origin>>
  /** The config file that was read, if there was one. */
  readonly configFile: string | undefined
}

/** What the options are resolved from. */
export interface ConfigSources {
  /** Flags as the command line gives them; absent where not given. */
  readonly flags?: Partial<Record<ConfigKey, unknown>>
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Folder from which the config file is looked for, upwards. */
  readonly cwd?: string
}

const PATH_KEYS: readonly ConfigKey[] = ['realmFile', 'keycloakHome', 'dataFolder', 'cacheFolder']

/**
 * Resolves all options: flags, then `MCP_KEYCLOAK_*` variables, then `mcp-keycloak.config.json`, then defaults.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a bad flag, `CONFIG_INVALID` for a bad variable or config file,
 * `VERSION_UNSUPPORTED` for a Keycloak that is too old
 */
export async function resolveConfig(sources: ConfigSources = {}): Promise<ResolvedConfig> {
  const { flags = {}, env = process.env, cwd = process.cwd() } = sources
  const file = await readConfigFile(cwd)
  const entries: [ConfigKey, unknown][] = []
  const origins: [ConfigKey, Origin][] = []
  for (const key of CONFIG_KEYS) {
    const { value, origin } = pick(key, flags, env, file)
    entries.push([key, check(key, anchored(key, value, origin, cwd, file), origin, file)])
    origins.push([key, origin])
  }
  const config = Object.fromEntries(entries) as Config
  assertTogether(config)
  if (config.keycloakVersion !== undefined) assertSupportedVersion(config.keycloakVersion)
  return { config, origins: Object.fromEntries(origins) as Record<ConfigKey, Origin>, configFile: file?.path }
}

function pick(
  key: ConfigKey,
  flags: Partial<Record<ConfigKey, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  file: ConfigFile | undefined,
): { value: unknown; origin: Origin } {
  if (flags[key] !== undefined) return { value: flags[key], origin: 'flag' }
  const variable = env[environmentName(key)] || (key === 'keycloakHome' ? env.KEYCLOAK_HOME : undefined)
  if (variable) return { value: fromEnvironment(key, variable), origin: 'environment' }
  const fromFile = optionMeta(key).secret ? undefined : file?.values[key]
  if (fromFile !== undefined) return { value: fromFile, origin: 'config file' }
  return { value: undefined, origin: 'default' }
}

function fromEnvironment(key: ConfigKey, text: string): unknown {
  // A text in quotes belongs to its word: api:read:"Read your data"
  if (isList(key)) return text.match(/(?:"[^"]*"|\S)+/g) ?? []
  if (isSwitch(key))
    return ['1', 'true', 'yes'].includes(text) || (!['0', 'false', 'no'].includes(text) && text)
  return text
}

/** A path in the config file is meant from that file's folder, everywhere else from the current folder. */
function anchored(key: ConfigKey, value: unknown, origin: Origin, cwd: string, file: ConfigFile | undefined) {
  const folder = origin === 'config file' && file ? file.folder : cwd
  const absolute = (path: unknown) => (typeof path === 'string' && path !== '' ? resolve(folder, path) : path)
  if (PATH_KEYS.includes(key)) return absolute(value)
  if (key !== 'with' || !Array.isArray(value)) return value
  return value.map((overlay) => (isOverlayPath(String(overlay)) ? absolute(overlay) : overlay))
}

function check(key: ConfigKey, value: unknown, origin: Origin, file: ConfigFile | undefined): unknown {
  const result = configSchema.shape[key].safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const shown = optionMeta(key).secret ? '' : ` (got ${JSON.stringify(valueAt(value, issue?.path))})`
  const code: ErrorCode = origin === 'flag' ? 'USAGE_INVALID' : 'CONFIG_INVALID'
  const places: Record<Origin, string> = {
    flag: flagName(key),
    environment: `The variable ${environmentName(key)}`,
    'config file': `"${key}" in ${file?.path}`,
    default: `"${key}"`,
  }
  const { secret, placeholder } = optionMeta(key)
  const spelling = secret ? environmentName(key) : [flagName(key), placeholder].filter(Boolean).join(' ')
  throw new McpKeycloakError(code, {
    what: `${places[origin]} is not valid${shown}.`,
    why: `It ${issue?.message ?? 'does not fit'}.`,
    fix: `${spelling} is for: ${optionMeta(key).description}.`,
  })
}

function valueAt(value: unknown, path: readonly PropertyKey[] = []): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown>)?.[step], value)
}

function assertTogether(config: Config): void {
  if (config.keycloakUrl === undefined || config.runtime === 'auto') return
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `--keycloak-url and --runtime ${config.runtime} contradict each other.`,
    why: 'A Keycloak that is reached by its URL is run by somebody else.',
    fix: 'Leave out one of the two.',
  })
}
