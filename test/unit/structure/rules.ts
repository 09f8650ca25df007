/** Rooms that every room may use. */
const ALL_MAY = ['errors', 'assets', 'printable'] as const

/** What lies below the operations. */
const ROOMS_BELOW = [
  'doctor',
  'clients',
  'servers',
  'explain',
  'runtime',
  'keycloak',
  'oauth',
  'realm',
  'config',
] as const

/**
 * Which room may import which others, itself apart: down only, never sideways, never up. A room is a folder of src/,
 * or a file that lies directly in it.
 */
export const EDGES: Readonly<Record<string, readonly string[]>> = {
  cli: ['operations', 'config', ...ALL_MAY],
  index: ['operations', ...ROOMS_BELOW, ...ALL_MAY],
  testing: ['operations', ...ROOMS_BELOW, ...ALL_MAY],
  operations: [...ROOMS_BELOW, ...ALL_MAY],
  doctor: ['clients', 'servers', 'explain', 'runtime', 'keycloak', 'oauth', 'realm', 'config', ...ALL_MAY],
  explain: ['config', ...ALL_MAY],
  clients: ['config', ...ALL_MAY],
  servers: ['config', ...ALL_MAY],
  runtime: ['config', ...ALL_MAY],
  keycloak: ['config', ...ALL_MAY],
  oauth: ['config', ...ALL_MAY],
  realm: ['config', ...ALL_MAY],
  config: [...ALL_MAY],
  errors: ['printable'],
  assets: [],
  printable: [],
}

/** Who may import a package: a room, or one file of it. A package without a row is refused everywhere. */
export const PACKAGE_USERS: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli'],
  chalk: ['cli'],
  'yocto-spinner': ['cli/printer.ts'],
  execa: ['runtime/exec.ts'],
  'node:child_process': ['runtime/exec.ts'],
  'node:http': ['oauth/http-send.ts', 'keycloak/asked-as.ts'],
  'node:https': ['oauth/http-send.ts', 'keycloak/asked-as.ts'],
  '@keycloak/keycloak-admin-client': ['keycloak'],
  oauth4webapi: ['oauth'],
  jose: ['oauth'],
  'tough-cookie': ['oauth/browserless-login.ts'],
  htmlparser2: ['oauth/login-page.ts'],
  '@modelcontextprotocol/client': ['doctor/verify/mcp-sdk.ts'],
  testcontainers: ['testing'],
  vitest: ['testing'],
  'env-paths': ['config/folders.ts'],
  'proper-lockfile': ['runtime/instance-lock.ts'],
  'jdk-utils': ['runtime/probe-java.ts'],
  'find-process': ['runtime/server-processes.ts', 'runtime/probe-port.ts'],
  'which-command': ['runtime/find-command.ts'],
  'get-port': ['runtime/probe-port.ts'],
  yauzl: ['runtime/unpack.ts'],
  'jsonc-parser': ['clients', 'config/json-fault.ts'],
  'smol-toml': ['clients', 'operations/project.ts'],
  'fastest-levenshtein': ['config/did-you-mean.ts', 'operations/clients-delete.ts'],
  zod: ['config', 'runtime', 'keycloak', 'oauth', 'realm', 'operations'],
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

/** Names that say nothing of what is inside. */
export const EMPTY_NAMES: readonly string[] = ['utils', 'util', 'helpers', 'helper', 'common', 'lib', 'misc']
