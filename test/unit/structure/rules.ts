/** Rooms that every room may use. */
const ALL_MAY = ['errors', 'assets', 'printable', 'once'] as const

/** The rooms that hold one side of the work each. They do not import each other. */
const GROUND = ['runtime', 'keycloak', 'oauth', 'realm', 'checks', 'config', ...ALL_MAY] as const

/** The rooms that hold data about failures, clients and servers. */
const PROFILES = ['explain', 'clients', 'servers'] as const

/** Every room below `operations`. */
const BELOW_OPERATIONS = ['provisioning', 'instance', 'verify', 'doctor', ...PROFILES, ...GROUND] as const

/**
 * The rooms that a room may import, apart from itself: down only, never sideways, never up. A room is a folder of src/,
 * or a file that lies directly in it.
 */
export const EDGES: Readonly<Record<string, readonly string[]>> = {
  cli: ['agent', 'bridge', 'operations', 'provisioning', 'checks', 'config', ...ALL_MAY],
  agent: ['operations', ...BELOW_OPERATIONS],
  index: ['operations', ...BELOW_OPERATIONS],
  bridge: ['testing', 'operations', ...BELOW_OPERATIONS],
  testing: ['operations', ...BELOW_OPERATIONS],
  operations: BELOW_OPERATIONS,
  provisioning: ['instance', 'verify', 'doctor', ...PROFILES, ...GROUND],
  instance: GROUND,
  verify: [...PROFILES, ...GROUND],
  doctor: [...PROFILES, ...GROUND],
  explain: ['config', ...ALL_MAY],
  clients: ['config', ...ALL_MAY],
  servers: ['config', ...ALL_MAY],
  runtime: ['config', ...ALL_MAY],
  keycloak: ['config', ...ALL_MAY],
  oauth: ['config', ...ALL_MAY],
  realm: ['config', ...ALL_MAY],
  checks: [...ALL_MAY],
  config: [...ALL_MAY],
  errors: ['printable'],
  assets: [],
  once: [],
  printable: [],
}

/** Who may import a package: a room, or one file of it. A package without a row is refused everywhere. */
export const PACKAGE_USERS: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli'],
  '@bomb.sh/tab': ['cli/completion/completion.ts'],
  chalk: ['cli'],
  'yocto-spinner': ['cli/printer.ts'],
  'string-width': ['cli/table.ts'],
  execa: ['runtime/exec.ts'],
  'node:async_hooks': ['config/command.ts', 'operations/targeted.ts'],
  'node:child_process': ['runtime/exec.ts'],
  'node:http': ['oauth/http-send.ts', 'oauth/key-server.ts'],
  'node:https': ['oauth/http-send.ts'],
  '@keycloak/keycloak-admin-client': ['keycloak'],
  oauth4webapi: ['oauth'],
  jose: ['oauth'],
  'tough-cookie': ['oauth/browserless-login.ts'],
  htmlparser2: ['oauth/login-page.ts'],
  '@modelcontextprotocol/client': ['verify/mcp-sdk.ts'],
  '@modelcontextprotocol/server': ['agent'],
  testcontainers: ['testing'],
  vitest: ['testing'],
  'env-paths': ['config/folders.ts'],
  'proper-lockfile': ['runtime/state/instance-lock.ts'],
  'jdk-utils': ['runtime/java/probe-java.ts'],
  'find-process': ['runtime/java/server-processes.ts', 'runtime/probe-port.ts'],
  'which-command': ['runtime'],
  'get-port': ['runtime/probe-port.ts'],
  yaml: ['realm'],
  yauzl: ['runtime/java/unpack.ts'],
  'jsonc-parser': ['clients', 'config/files/json-fault.ts'],
  'smol-toml': ['clients', 'operations/project.ts'],
  'fastest-levenshtein': ['config/did-you-mean.ts', 'operations/clients/clients-delete.ts'],
  zod: ['agent', 'bridge', 'config', 'runtime', 'keycloak', 'oauth', 'realm', 'provisioning', 'operations'],
}

/** What of the process only some files may touch. */
export const WORD_USERS: readonly { readonly word: RegExp; readonly users: readonly string[] }[] = [
  { word: /\bprocess\.exit(Code)?\b/, users: ['cli/main.ts'] },
  { word: /\bconsole\./, users: ['cli/main.ts'] },
  { word: /\bglobalThis\.fetch\b/, users: ['cli/main.ts', 'cli/leash.ts', 'oauth/bounded-fetch.ts'] },
  {
    word: /\bprocess(\.(stdout|stderr)\b|\[)/,
    users: ['cli/printer.ts', 'cli/prompt.ts', 'testing/global-setup.ts', 'testing/reaper.ts'],
  },
  { word: /\bprocess\.stdin\b/, users: ['cli/prompt.ts', 'cli/input.ts', 'testing/reaper.ts'] },
]

export const LONGEST_FILE_LINES = 250

/** The files that lie directly in a folder of src. */
export const MOST_FILES_IN_FOLDER = 25

/** Names that say nothing of what is inside. */
export const EMPTY_NAMES: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'common', 'lib', 'misc']
