import { z } from 'zod'

import { REALM_OPTION_KEYS } from '../config/realm-options.ts'
import { type ConfigKey, configSchema } from '../config/schema.ts'
import { BAD_TOKEN_KINDS } from '../oauth/mint-bad.ts'
import { verifyReportSchema } from '../operations/verify.ts'
import { testUserSchema } from '../realm/patches/users.ts'
import type { RealmSettings } from '../testing/settings.ts'
import { SERVER_OPTIONS, type StartKeycloakOptions } from '../testing/start-keycloak.ts'

/** Version of the protocol. It grows when an existing client could misunderstand a message. */
export const BRIDGE_VERSION = 1

/** A request: one line of JSON. */
export const requestSchema = z.strictObject({
  id: z.union([z.int(), z.string().max(100)]).describe('Chosen by the client. The answer has the same id'),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
})

/** Options by their names in the config file. All are optional, and none has a default here. */
function given<Options>(keys: readonly ConfigKey[]): z.ZodType<Options> {
  const shape = keys.map((key) => {
    const schema = configSchema.shape[key]
    return [key, (schema instanceof z.ZodDefault ? schema.unwrap() : schema).optional()] as const
  })
  return z.strictObject(Object.fromEntries(shape)) as unknown as z.ZodType<Options>
}

/** The settings of a realm, as strict as the options of `up`. */
const settings = given<RealmSettings>([...REALM_OPTION_KEYS, 'realm'])

const startSettings = given<Omit<StartKeycloakOptions, 'onLeak' | 'onStep' | 'signal'>>([
  ...REALM_OPTION_KEYS,
  ...SERVER_OPTIONS,
])

const admin = z.strictObject({ username: z.string(), password: z.string() })
const realm = z.string().optional().describe('Name of a realm of createRealm. Default: the first one')
const token = z.string().min(1)
const client = z.string().optional().describe('Id of a client')
const login = {
  realm,
  user: z
    .union([z.string(), admin])
    .optional()
    .describe("A user's name, or a name and a password. Default: the realm's first test user"),
  scope: z.string().optional().describe('Separated by blanks. Default: openid'),
  client,
  resource: z.string().optional().describe("The MCP URL that the token is for. Default: the realm's first"),
}
const tokens = z.strictObject({
  accessToken: z.string(),
  refreshToken: z.string().nullable(),
  idToken: z.string().nullable(),
  scope: z.string(),
  expiresInSeconds: z.number(),
  clientId: z.string(),
})
const oneToken = z.strictObject({ token })
const nothing = z.strictObject({})

/** A Keycloak, with its administrator's credentials. */
const serverSchema = z.strictObject({
  url: z.string(),
  version: z.string(),
  /** `external` for a Keycloak that the bridge has found. */
  runtime: z.enum(['external', 'compose', 'java']),
  reason: z.string(),
  admin,
})

const realmSchema = z.strictObject({
  name: z.string(),
  issuer: z.string(),
  endpoints: z.record(z.string(), z.string()),
  mcpUrls: z.array(z.string()).readonly(),
  scopes: z.array(z.string()).readonly(),
  initialAccessToken: z.string().nullable(),
  users: z.array(testUserSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
})

const registeredClient = z.looseObject({
  client_id: z.string(),
  redirect_uris: z.array(z.string()).readonly(),
})

const leakedClient = z.strictObject({ realm: z.string(), clientId: z.string(), clientName: z.string() })

/** The first line of the bridge. */
export const helloSchema = z.strictObject({
  bridgeVersion: z.literal(BRIDGE_VERSION),
  /** Version of mcp-keycloak. */
  version: z.string(),
})

/** The last line of the bridge. */
export const goodbyeSchema = z.strictObject({
  goodbye: z.strictObject({
    /** Names of the realms that were not dropped. The bridge has removed them. */
    realms: z.array(z.string()).readonly(),
    /** Clients that were registered and not deleted. They are removed with their realms. */
    clients: z.array(leakedClient).readonly(),
  }),
})

/** Describes one method. */
const method = <Params extends z.ZodType, Result extends z.ZodType>(
  description: string,
  params: Params,
  result: Result,
) => ({ description, params, result })

/** The methods of the bridge, with the schemas of their params and results. */
export const METHODS = {
  start: method(
    'Finds the Keycloak that the environment names or that `up` has started, else starts one. A second call returns the same one',
    z.strictObject({
      settings: startSettings.optional().describe('Options of a new server and of its first realm'),
      reuse: z
        .boolean()
        .default(true)
        .describe('Use a running Keycloak. Not done when `settings` has a runtime, a version or a port'),
    }),
    serverSchema,
  ),
  createRealm: method('Creates a realm', z.strictObject({ settings: settings.optional() }), realmSchema),
  dropRealm: method('Removes a realm', z.strictObject({ realm }), nothing),
  environment: method(
    "Returns the realm's environment variables, as `env` prints them",
    z.strictObject({ realm }),
    z.strictObject({ variables: z.record(z.string(), z.string()).readonly() }),
  ),
  token: method('Gets an access token by a real login', z.strictObject(login), oneToken),
  logIn: method('Logs in and returns all tokens', z.strictObject(login), tokens),
  refresh: method('Exchanges a refresh token for new tokens', z.strictObject({ realm, tokens }), tokens),
  badToken: method(
    'Gets a token that a correct server must refuse, for exactly one reason',
    z.strictObject({ kind: z.enum(BAD_TOKEN_KINDS), ...login }),
    oneToken,
  ),
  serviceToken: method(
    'Gets a token of a client for itself. Requires the overlay service-account',
    z.strictObject({ realm, client, scope: z.string().optional() }),
    oneToken,
  ),
  exchange: method(
    'Exchanges a token for a token for another API. Requires the overlay token-exchange',
    z.strictObject({
      ...{ realm, token, client },
      audience: z.string().optional(),
      scope: z.string().optional(),
    }),
    oneToken,
  ),
  introspect: method(
    'Asks Keycloak about a token',
    z.strictObject({ realm, token, client }),
    z.looseObject({ active: z.boolean() }),
  ),
  addUser: method(
    'Adds a user who can log in',
    z.strictObject({
      realm,
      username: z.string().min(1),
      password: z.string().optional().describe('Default: password123'),
      roles: z.array(z.string()).optional(),
    }),
    testUserSchema,
  ),
  registerClient: method(
    'Registers a client (RFC 7591). Defaults: those of a public client on a loopback address',
    z.strictObject({
      realm,
      metadata: z.looseObject({ redirect_uris: z.array(z.string()).optional() }).optional(),
    }),
    registeredClient,
  ),
  deleteClient: method(
    'Deletes a client of registerClient (RFC 7592)',
    z.strictObject({ realm, client: z.string() }),
    nothing,
  ),
  expectProtected: method(
    'Tests a running MCP server as `verify` does',
    z.strictObject({ realm, mcpUrl: z.string(), ignore: z.array(z.string()).optional() }),
    z.strictObject({
      /** `null` for a server that protects itself; otherwise each fault with why and fix. */
      faults: z.string().nullable(),
      /** `null` when there are faults. */
      report: verifyReportSchema.nullable(),
    }),
  ),
} as const

/** Name of a method. */
export type MethodName = keyof typeof METHODS

/** Params of a method. */
export type Params<Name extends MethodName> = z.output<(typeof METHODS)[Name]['params']>

/** Result of a method. */
export type Result<Name extends MethodName> = z.input<(typeof METHODS)[Name]['result']>
