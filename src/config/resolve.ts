import { resolve } from 'node:path'

import { z } from 'zod'

import { type ErrorCode, McpKeycloakError } from '../errors.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { assertOwnFolders } from './files/own-folder.ts'
import { isInside, projectFolder, realDestination } from './files/project-paths.ts'
import {
  CONFIG_KEYS,
  type Config,
  type ConfigKey,
  configSchema,
  environmentName,
  flagName,
  isList,
  isSwitch,
  negatedFlag,
  optionMeta,
} from './schema.ts'
import { isTrusted, type TrustRequest, trustRequest, untrusted } from './trust.ts'
import { isOverlayPath } from './values.ts'
import { assertSupportedVersion } from './versions.ts'

/** The source of an option's value. */
export const originSchema = z.enum(['flag', 'environment', 'config file', 'default'])

/** The source of an option's value. */
type Origin = z.infer<typeof originSchema>

/** The resolved options, and where each came from. */
export interface ResolvedConfig {
  readonly config: Config
  readonly origins: Readonly<Record<ConfigKey, Origin>>
  /** The flag, the variable or the path of the config file that a value comes from; `null` for a default. */
  readonly sources: Readonly<Record<ConfigKey, string | null>>
  /** The config file that was read, if there was one. */
  readonly configFile: string | undefined
  /** Files outside the project that the config file names. */
  readonly warnings: readonly string[]
  /** The values of the config file that the user trusts, or has just trusted; `undefined` when none requires trust. */
  readonly trusted: TrustRequest | undefined
}

/** The sources that the options are resolved from. */
export interface ConfigSources {
  /** Flags as the command line gives them; absent where not given. */
  readonly flags?: Partial<Record<ConfigKey, unknown>>
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Folder from which the config file is looked for, upwards. */
  readonly cwd?: string
  /** `false` leaves the config file out. */
  readonly configFile?: boolean
  /** Asks the user to trust the config file; default: nobody is asked, and an untrusted file is refused. */
  readonly askTrust?: (request: TrustRequest) => Promise<boolean>
}

const PATH_KEYS: readonly ConfigKey[] = ['realmFile', 'keycloakHome', 'dataFolder', 'cacheFolder']

/**
 * Resolves all options: flags, then `MCP_KEYCLOAK_*` variables, then `mcp-keycloak.config.json`, then defaults.
 * `keycloakUrl` and `runtime` exclude each other: the first in that order counts.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a bad flag, `CONFIG_INVALID` for a bad variable or config file.
 * `CONFIG_UNTRUSTED` for an untrusted config file that decides where passwords go or what is executed.
 * `CONFIG_UNTRUSTED` for a data or cache folder that other users can write to.
 * `STATE_UNWRITABLE` for a path that cannot be such a folder.
 * `VERSION_UNSUPPORTED` for a Keycloak that is too old.
 */
export async function resolveConfig(sources: ConfigSources = {}): Promise<ResolvedConfig> {
  const { flags = {}, env = process.env, cwd = process.cwd() } = sources
  const file = sources.configFile === false ? undefined : await readConfigFile(cwd)
  const entries: [ConfigKey, unknown][] = []
  const origins: [ConfigKey, Origin][] = []
  const places: [ConfigKey, string | null][] = []
  const given = (key: ConfigKey) => pick(key, flags, env, file)
  const overruled = overruledOf(given('keycloakUrl'), given('runtime'))
  for (const key of CONFIG_KEYS) {
    const { value, origin, source } = key === overruled ? NOT_GIVEN : given(key)
    entries.push([key, check(key, anchored(key, value, origin, cwd, file), { origin, source })])
    origins.push([key, origin])
    places.push([key, source])
  }
  const counts = origins.flatMap(([key, origin]) => (origin === 'config file' ? [key] : []))
  const config = withoutVariables(Object.fromEntries(entries) as Config, counts)
  const request = file && trustRequest(file, config, counts)
  if (request && !(await isTrusted(request)) && !(await sources.askTrust?.(request))) throw untrusted(request)
  await assertOwnFolders(config)
  if (config.keycloakVersion !== undefined) assertSupportedVersion(config.keycloakVersion)
  return {
    config,
    origins: Object.fromEntries(origins) as Record<ConfigKey, Origin>,
    sources: Object.fromEntries(places) as Record<ConfigKey, string | null>,
    configFile: file?.path,
    warnings: file ? await filesOutside(file, config, counts) : [],
    trusted: request,
  }
}

/**
 * Gives no variables of the environment to realm files that a config file names: it may have come with the project. With
 * its own `variables: true` it needs trust.
 */
function withoutVariables(config: Config, counts: readonly ConfigKey[]): Config {
  const namesFile =
    counts.includes('realmFile') || (counts.includes('with') && config.with.some(isOverlayPath))
  return namesFile && config.variables === undefined ? { ...config, variables: false } : config
}

/** Names the files outside the project whose contents a config file brings into the realm. */
async function filesOutside(
  { path, folder }: ConfigFile,
  config: Config,
  counts: readonly ConfigKey[],
): Promise<string[]> {
  const named = [
    ...(counts.includes('realmFile') ? [config.realmFile ?? ''] : []),
    ...(counts.includes('with') ? config.with.filter(isOverlayPath) : []),
  ]
  const project = named.length > 0 ? await realDestination(await projectFolder(folder)) : ''
  const reals = await Promise.all(named.map((file) => realDestination(file)))
  return reals
    .filter((real) => !isInside(project, real))
    .map((real) => `${path} names a file outside the project: ${real}`)
}

/** The source of a value, by kind and by name. */
interface Place {
  readonly origin: Origin
  readonly source: string | null
}

interface Given extends Place {
  readonly value: unknown
}

const NOT_GIVEN: Given = { value: undefined, origin: 'default', source: null }

function pick(
  key: ConfigKey,
  flags: Partial<Record<ConfigKey, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  file: ConfigFile | undefined,
): Given {
  if (flags[key] !== undefined) {
    const source = flags[key] === false ? negatedFlag(key) : flagName(key)
    return { value: flags[key], origin: 'flag', source }
  }
  const source = [environmentName(key), ...(key === 'keycloakHome' ? ['KEYCLOAK_HOME'] : [])].find(
    (name) => env[name],
  )
  if (source) return { value: fromEnvironment(key, env[source] ?? ''), origin: 'environment', source }
  const fromFile = optionMeta(key).secret ? undefined : file?.values[key]
  if (file && fromFile !== undefined) return { value: fromFile, origin: 'config file', source: file.path }
  return NOT_GIVEN
}

/** Of two options that exclude each other the one that does not count; at one place a URL says more than a runtime. */
function overruledOf(keycloakUrl: Given, runtime: Given): ConfigKey | undefined {
  if (keycloakUrl.value === undefined || [undefined, 'auto'].includes(runtime.value as string))
    return undefined
  if (keycloakUrl.origin === 'flag' && runtime.origin === 'flag') throw contradiction(runtime.value)
  const strength = ({ origin }: Given) => originSchema.options.indexOf(origin)
  return strength(runtime) < strength(keycloakUrl) ? 'keycloakUrl' : 'runtime'
}

function contradiction(runtime: unknown): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `--keycloak-url and --runtime ${runtime} contradict each other.`,
    why: '--keycloak-url names an external Keycloak.',
    fix: 'Leave out one of the two.',
  })
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

function check(key: ConfigKey, value: unknown, { origin, source }: Place): unknown {
  const result = configSchema.shape[key].safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const shown = optionMeta(key).secret ? '' : ` (got ${JSON.stringify(valueAt(value, issue?.path))})`
  const code: ErrorCode = origin === 'flag' ? 'USAGE_INVALID' : 'CONFIG_INVALID'
  const places: Record<Origin, string> = {
    flag: `${source}`,
    environment: `The variable ${source}`,
    'config file': `"${key}${(issue?.path ?? []).map((step) => `[${String(step)}]`).join('')}" in ${source}`,
    default: `"${key}"`,
  }
  const { secret, placeholder, description } = optionMeta(key)
  const flag = [flagName(key), placeholder].filter(Boolean).join(' ')
  const spelling = secret ? environmentName(key) : origin === 'config file' ? `"${key}"` : flag
  throw new McpKeycloakError(code, {
    what: `${places[origin]} is not valid${shown}.`,
    why: `It ${issue?.message ?? 'does not fit'}.`,
    fix: `${spelling} is for: ${description}.`,
  })
}

function valueAt(value: unknown, path: readonly PropertyKey[] = []): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown>)?.[step], value)
}
