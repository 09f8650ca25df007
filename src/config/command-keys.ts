import { REALM_OPTION_KEYS } from './realm-options.ts'
import { CONFIG_KEYS, type ConfigKey, optionMeta } from './schema.ts'

const ALL = CONFIG_KEYS.filter((key) => !optionMeta(key).secret)
const INSTANCE: readonly ConfigKey[] = ['instance', 'keycloakUrl', 'dataFolder', 'cacheFolder']
const REALM: readonly ConfigKey[] = [...INSTANCE, 'realm']

/** The commands of the program, and the config keys that each one has as flags. */
export const COMMAND_KEYS = {
  init: ALL,
  trust: [],
  up: ALL,
  prepare: ['runtime', 'keycloakVersion', 'with', 'timeout', 'dataFolder', 'cacheFolder'],
  down: INSTANCE,
  status: INSTANCE,
  snippets: [...REALM, 'mcpUrl'],
  'reset-realm': [...REALM, ...REALM_OPTION_KEYS],
  'realm render': ['realm', ...REALM_OPTION_KEYS],
  'realm diff': [...REALM, ...REALM_OPTION_KEYS],
  'realm export': [...REALM, ...REALM_OPTION_KEYS],
  'realm adopt': [...REALM, 'realmFile', 'mcpUrl'],
  token: [...REALM, 'mcpUrl'],
  'clients list': REALM,
  'clients prune': REALM,
  'clients delete': REALM,
  doctor: [...REALM, 'mcpUrl'],
  verify: REALM,
  logs: INSTANCE,
  'logs --explain': REALM,
  explain: REALM,
  env: REALM,
  mcp: [...REALM, 'mcpUrl'],
  exec: ALL,
  bridge: [],
  'snapshot save': INSTANCE,
  'snapshot load': INSTANCE,
  'snapshot list': INSTANCE,
  'snapshot delete': INSTANCE,
  completion: [],
} satisfies Readonly<Record<string, readonly ConfigKey[]>>

/** A command of the program. `logs` accepts a realm with `--explain` only. */
export type CommandName = keyof typeof COMMAND_KEYS
