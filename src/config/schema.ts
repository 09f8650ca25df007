import { z } from 'zod'

import {
  clientName,
  downstreamSpec,
  hostName,
  httpUrl,
  LIST,
  mcpUrl,
  nonEmpty,
  number,
  portNumber,
  realmName,
  roleName,
  SECONDS,
  scopeSpec,
  TEXT,
  userAttributeSpec,
  userSpec,
  webOrigin,
} from './values.ts'
import { PINNED_VERSION, VERSION } from './versions.ts'

/** The instance that is meant when none is named. */
export const DEFAULT_INSTANCE = 'default'

/** The port of {@link DEFAULT_INSTANCE}; each other instance takes a free one. */
export const DEFAULT_PORT = 8080

/** The form of an option on the command line, except its description. */
export interface OptionMeta {
  readonly description: string
  /** `<port>`; absent on switches. */
  readonly placeholder?: string
  /** Description of the flag that negates a switch; default: `do not` plus the description. */
  readonly negation?: string
  /** Kept out of flags and of the config file: read from the environment alone, so that it never shows in `ps`. */
  readonly secret?: boolean
  /** Values for the config file, for an editor to show. */
  readonly examples?: readonly unknown[]
}

const option = <Schema extends z.ZodType>(schema: Schema, meta: OptionMeta): Schema =>
  schema.meta({ ...meta }) as Schema

/**
 * Every option of mcp-keycloak, its unit and its help; the only list of them. What belongs to the realm has no
 * default here: it is in the realm file.
 */
export const configSchema = z.strictObject({
  instance: option(
    z
      .string(TEXT)
      .regex(/^[a-z0-9][a-z0-9_-]*$/, 'may hold lower-case letters, digits, "_" and "-"')
      .default(DEFAULT_INSTANCE),
    { description: 'which Keycloak of this machine', placeholder: '<name>' },
  ),
  runtime: option(z.enum(['auto', 'compose', 'java'], 'must be auto, compose or java').default('auto'), {
    description: 'how Keycloak runs: in Docker Compose, or on a local JDK',
    placeholder: '<auto|compose|java>',
  }),
  keycloakUrl: option(httpUrl.optional(), {
    description: 'use an external Keycloak (requires MCP_KEYCLOAK_ADMIN_PASSWORD)',
    examples: ['https://auth.example.com'],
    placeholder: '<url>',
  }),
  keycloakVersion: option(z.string(TEXT).meta({ pattern: VERSION.source }).optional(), {
    description: `version to run (${PINNED_VERSION}, then the one that was once asked for)`,
    examples: [PINNED_VERSION],
    placeholder: '<version>',
  }),
  keycloakHome: option(nonEmpty.optional(), {
    description: 'an unpacked Keycloak distribution to take for the java runtime',
    placeholder: '<folder>',
  }),
  port: option(portNumber.optional(), {
    description: 'HTTP port on 127.0.0.1 (8080, for a named instance a free one; then the previous one)',
    examples: [8080],
    placeholder: '<port>',
  }),
  managementPort: option(portNumber.optional(), {
    description: 'port of the health checks on 127.0.0.1 (a free one, remembered)',
    placeholder: '<port>',
  }),
  timeout: option(number(z.number().positive(SECONDS).max(86_400, SECONDS), SECONDS).default(180), {
    description: 'how long Keycloak may take to become ready; downloads are not counted',
    placeholder: '<seconds>',
  }),
  realmFile: option(nonEmpty.optional(), {
    description: 'realm file to apply in place of the built-in one',
    examples: ['./my-realm.json'],
    placeholder: '<file>',
  }),
  realm: option(realmName.optional(), {
    description: 'name of the realm (fastmcp)',
    examples: ['shop'],
    placeholder: '<name>',
  }),
  mcpUrl: option(z.array(mcpUrl, LIST).default([]), {
    description: 'MCP endpoint that tokens are for (http://localhost:8000/mcp); repeatable',
    examples: [['http://localhost:8000/mcp']],
    placeholder: '<url>',
  }),
  trustedHost: option(z.array(hostName, LIST).default([]), {
    description: 'one more host that may be in the URIs of a client that registers itself; repeatable',
    examples: [['example.com', '*.example.com']],
    placeholder: '<host>',
  }),
  user: option(z.array(userSpec, LIST).default([]), {
    description: 'one more test user, name[:password][:role,…]; repeatable',
    examples: [['alice:secret:admin']],
    placeholder: '<user>',
  }),
  with: option(z.array(nonEmpty, LIST).default([]), {
    description: 'overlay on the realm: oauth-proxy, token-exchange, …, or a file of your own; repeatable',
    examples: [['token-exchange', './my-overlay.json']],
    placeholder: '<overlay>',
  }),
  scope: option(z.array(scopeSpec, LIST).default([]), {
    description: 'one more scope that clients may ask for, name[:"consent text"]; repeatable',
    examples: [['api:read', 'api:write:"Change your data"']],
    placeholder: '<scope>',
  }),
  role: option(z.array(roleName, LIST).default([]), {
    description: 'one more realm role; repeatable',
    examples: [['editor']],
    placeholder: '<role>',
  }),
  userAttribute: option(z.array(userAttributeSpec, LIST).default([]), {
    description: 'attribute of a test user, user:key=value; repeatable',
    examples: [['testuser:tenant=acme']],
    placeholder: '<attribute>',
  }),
  origin: option(z.array(webOrigin, LIST).default([]), {
    description: 'one more web page that may register and call the token endpoint from a browser; repeatable',
    examples: [['http://localhost:5173']],
    placeholder: '<origin>',
  }),
  downstream: option(z.array(downstreamSpec, LIST).default([]), {
    description:
      'API that the MCP server calls as the user, client:role[,client:role]; with token-exchange; repeatable',
    examples: [['downstream-api:use-api']],
    placeholder: '<api>',
  }),
  serviceAccount: option(z.array(clientName, LIST).default([]), {
    description: 'client that gets tokens for itself; with service-account; repeatable',
    examples: [['nightly']],
    placeholder: '<name>',
  }),
  tokenLifespan: option(
    number(z.number().int(SECONDS).positive(SECONDS).max(86_400, SECONDS), SECONDS).optional(),
    {
      description: 'how long an access token is valid',
      examples: [300],
      placeholder: '<seconds>',
    },
  ),
  variables: option(z.boolean('must be true or false').optional(), {
    description: 'put environment variables into the placeholders ${NAME} of realm files',
  }),
  consent: option(z.boolean('must be true or false').optional(), {
    description: 'show the consent page to clients that register themselves',
  }),
  proof: option(z.boolean('must be true or false').default(true), {
    description: 'test a login at the end of `up`: register a client, log in, check the token',
    negation: 'skip the login test at the end of `up`',
  }),
  adminUsername: option(nonEmpty.default('admin'), {
    description: 'administrator of the Keycloak at --keycloak-url',
    secret: true,
  }),
  adminPassword: option(nonEmpty.optional(), {
    description: "that administrator's password",
    secret: true,
  }),
  dataFolder: option(nonEmpty.optional(), {
    description: "where instances keep their state and data (the platform's data folder)",
    placeholder: '<folder>',
  }),
  cacheFolder: option(nonEmpty.optional(), {
    description: "where downloads are kept (the platform's cache folder)",
    placeholder: '<folder>',
  }),
})

/** All options, resolved. */
export type Config = Readonly<z.infer<typeof configSchema>>

/** Name of an option: the flag, the config key and the field are one word in three spellings. */
export type ConfigKey = keyof Config

/** The option names in the order in which help lists them. */
export const CONFIG_KEYS = Object.keys(configSchema.shape) as readonly ConfigKey[]

/** No option given. */
export const DEFAULT_CONFIG: Config = configSchema.parse({})

/** The form of `key` on the command line. */
export function optionMeta(key: ConfigKey): OptionMeta {
  return configSchema.shape[key].meta() as unknown as OptionMeta
}

/** Whether `key` may be given several times. */
export function isList(key: ConfigKey): boolean {
  return Array.isArray(DEFAULT_CONFIG[key])
}

/** Whether `key` is a switch. */
export function isSwitch(key: ConfigKey): boolean {
  return configSchema.shape[key].safeParse(true).success
}

/** `mcpUrl` → `--mcp-url`. */
export function flagName(key: string): string {
  return `--${kebab(key)}`
}

/** `proof` → `--no-proof`. */
export function negatedFlag(key: string): string {
  return `--no-${kebab(key)}`
}

/** `mcpUrl` → `MCP_KEYCLOAK_MCP_URL`. */
export function environmentName(key: ConfigKey): string {
  return `MCP_KEYCLOAK_${kebab(key).replaceAll('-', '_').toUpperCase()}`
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
