import { MCP_SPEC } from '../config/mcp-spec.ts'

/** The end of a command's help. */
interface HelpEnd {
  /** Command lines without the program's name, each with its effect. */
  readonly examples: readonly (readonly [line: string, does: string])[]
  /** A public document about the command's subject, used while our docs have no address. */
  readonly document: string
}

const MCP_GUIDE = 'https://www.keycloak.org/securing-apps/mcp-authz-server'
const REGISTRATION = 'https://www.keycloak.org/securing-apps/client-registration'
const REALM_FILES = 'https://www.keycloak.org/server/importExport'
const KEYCLOAK_GUIDES = 'https://www.keycloak.org/guides'

/** Help endings by the words of the command; the empty string stands for the program itself. */
export const HELP_ENDS: Readonly<Record<string, HelpEnd>> = {
  '': {
    examples: [
      ['up', 'start Keycloak with a realm for MCP'],
      ['snippets fastmcp', 'a server that uses it'],
    ],
    document: MCP_GUIDE,
  },
  init: {
    examples: [
      ['init', 'a config file to edit'],
      ['init --realm shop --mcp-url http://localhost:9000/mcp', 'with these options'],
    ],
    document: MCP_GUIDE,
  },
  trust: {
    examples: [
      ['trust', "this project's config file"],
      ['trust --revoke', 'stop trusting it'],
    ],
    document: MCP_GUIDE,
  },
  up: {
    examples: [
      ['up --mcp-url http://localhost:9000/mcp', 'tokens are for that URL'],
      ['up --user alice:secret:admin', 'one more test user'],
    ],
    document: MCP_GUIDE,
  },
  down: {
    examples: [
      ['down', 'stop it, keep its data'],
      ['down --all --purge', 'remove every instance with its data'],
    ],
    document: KEYCLOAK_GUIDES,
  },
  status: {
    examples: [
      ['status --verbose', 'also where each option came from'],
      ['status --all', 'every instance of this machine'],
    ],
    document: KEYCLOAK_GUIDES,
  },
  snippets: {
    examples: [
      ['snippets fastmcp > server.py', 'a complete server'],
      ['snippets vscode cursor --write', 'into their configuration files'],
    ],
    document: MCP_SPEC.authorization,
  },
  'reset-realm': {
    examples: [
      ['reset-realm --dry-run', 'what would be kept'],
      ['reset-realm --trusted-host example.com', 'with one more option'],
    ],
    document: REALM_FILES,
  },
  realm: {
    examples: [
      ['realm diff', 'what was changed on the server'],
      ['realm export --output realm.json', 'keep those changes as a file'],
    ],
    document: REALM_FILES,
  },
  'realm render': {
    examples: [
      ['realm render', 'the realm that up would apply'],
      ['realm render --with strict --output realm.json', 'another one, into a file'],
    ],
    document: REALM_FILES,
  },
  'realm diff': {
    examples: [
      ['realm diff', 'what was changed on the server'],
      ['realm diff --json', 'the same, for a program'],
    ],
    document: REALM_FILES,
  },
  'realm export': {
    examples: [
      ['realm export --output realm.json', 'for up --realm-file'],
      ['realm export --overlay --output mine.json', 'for up --with'],
    ],
    document: REALM_FILES,
  },
  'realm adopt': {
    examples: [
      ['realm adopt --realm-file realm.json --output mcp.json', 'for up --with ./mcp.json'],
      ['realm adopt --realm shop --format kcadm --output mcp.sh', 'for the administrator of that realm'],
    ],
    document: REALM_FILES,
  },
  token: {
    examples: [
      ['token --decode', 'what is in a token'],
      ['token --bad aud', 'a token that your server must refuse'],
    ],
    document: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-4.1',
  },
  clients: {
    examples: [
      ['clients list', 'who registered, and when'],
      ['clients prune --unused', 'delete those nobody logged in with'],
    ],
    document: REGISTRATION,
  },
  'clients list': {
    examples: [
      ['clients list', 'of the realm fastmcp'],
      ['clients list --realm shop', 'of another realm'],
    ],
    document: REGISTRATION,
  },
  'clients prune': {
    examples: [
      ['clients prune --older-than 7d --dry-run', 'show which'],
      ['clients prune --unused --yes', 'do not ask'],
    ],
    document: REGISTRATION,
  },
  'clients delete': {
    examples: [
      ['clients delete 5d1c8a1e-6f0b-4f7e-9a3d-2f1b0c9e8d7a', 'one, after a question'],
      ['clients delete 5d1c8a1e-6f0b-4f7e-9a3d-2f1b0c9e8d7a --yes', 'do not ask'],
    ],
    document: REGISTRATION,
  },
  snapshot: {
    examples: [
      ['snapshot save before-demo', 'the whole database'],
      ['snapshot load before-demo', 'as it was, after a question'],
    ],
    document: KEYCLOAK_GUIDES,
  },
  'snapshot save': {
    examples: [
      ['snapshot save before-demo', 'the whole database'],
      ['snapshot save before-demo --force', 'replace the one of that name'],
    ],
    document: KEYCLOAK_GUIDES,
  },
  'snapshot load': {
    examples: [
      ['snapshot load before-demo', 'as it was, after a question'],
      ['snapshot load before-demo --yes', 'do not ask'],
    ],
    document: KEYCLOAK_GUIDES,
  },
  'snapshot list': {
    examples: [
      ['snapshot list', 'names, times, sizes'],
      ['snapshot list --instance old', 'of another instance'],
    ],
    document: KEYCLOAK_GUIDES,
  },
  'snapshot delete': {
    examples: [
      ['snapshot delete before-demo', 'one, after a question'],
      ['snapshot delete before-demo --yes', 'do not ask'],
    ],
    document: KEYCLOAK_GUIDES,
  },
  doctor: {
    examples: [
      ['doctor --fix', 'repair what is safe to repair'],
      ['doctor --client claude-code', 'test only this program'],
    ],
    document: MCP_GUIDE,
  },
  verify: {
    examples: [
      ['verify', "the realm's first MCP URL"],
      ['verify http://localhost:9000/mcp', 'another MCP server'],
    ],
    document: MCP_SPEC.authorization,
  },
  logs: {
    examples: [
      ['logs -f --explain', 'who is refused, and why'],
      ['logs --since 10m --level WARN', 'the recent warnings'],
    ],
    document: 'https://www.keycloak.org/server/logging',
  },
  explain: {
    examples: [
      ['explain "invalid_scope: Invalid scopes: x"', 'one message'],
      ['explain < server.log', 'a whole log'],
    ],
    document: 'https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2',
  },
  env: {
    examples: [
      ['env > .env', 'for your server'],
      ['env --format github', 'for the later steps of a job'],
    ],
    document: 'https://www.keycloak.org/securing-apps/oidc-layers',
  },
  exec: {
    examples: [
      ['exec -- python server.py', 'a server with the variables of env'],
      ['exec --ephemeral -- pytest', 'tests with an instance of their own'],
    ],
    document: MCP_GUIDE,
  },
  mcp: {
    examples: [
      ['mcp', 'for an MCP client to start, as in .mcp.json'],
      ['mcp --instance old --realm shop', 'for another Keycloak and realm'],
    ],
    document: MCP_GUIDE,
  },
  bridge: {
    examples: [
      ['bridge', 'answers requests, one JSON line each'],
      ['bridge --schema', 'the JSON Schema of all messages'],
    ],
    document: MCP_GUIDE,
  },
  completion: {
    examples: [
      ['completion bash >> ~/.bashrc', 'for bash; zsh: ~/.zshrc, after compinit'],
      ['completion fish > ~/.config/fish/completions/mcp-keycloak.fish', 'for fish'],
    ],
    document: 'https://github.com/bombshell-dev/tab',
  },
  prepare: {
    examples: [
      ['prepare --runtime java', 'fill the cache for a JDK'],
      ['prepare --json', 'the parts and their sizes, for a program'],
    ],
    document: KEYCLOAK_GUIDES,
  },
}
