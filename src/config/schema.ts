import { z } from 'zod'

import { PINNED_VERSION } from './versions.ts'

/** How an option looks on the command line, beside its description. */
export interface OptionMeta {
  readonly description: string
  /** `<port>`; absent on switches. */
  readonly placeholder?: string
  /** Kept out of flags and of the config file: read from the environment alone, so that it never shows in `ps`. */
  readonly secret?: boolean
}

const option = <Schema extends z.ZodType>(schema: Schema, meta: OptionMeta): Schema =>
  schema.meta({ ...meta }) as Schema

const TEXT = 'must be a text in quotes'
const LIST = 'must be a list of texts: ["…"]'
const nonEmpty = z.string(TEXT).min(1, 'must not be empty')

/** A number in some range, or the text of one, as flags and variables have it. */
const number = (range: z.ZodNumber, fault: string) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d+(\.\d+)?$/)
          .transform(Number),
      ],
      fault,
    )
    .pipe(range)

const SECONDS = 'must be a number of seconds, more than 0 and at most a day'
const PORT_RANGE = 'must be a whole number from 1 to 65535'
const portNumber = number(z.number().int(PORT_RANGE).min(1, PORT_RANGE).max(65_535, PORT_RANGE), PORT_RANGE)

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' })

const mcpUrl = httpUrl.refine((url) => !url.includes('#'), 'must not have a fragment (#…)')

const realmName = z
  .string(TEXT)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'may hold letters, digits, ".", "_" and "-", and starts with a letter or digit',
  )
  .refine((name) => name !== 'master', "must not be Keycloak's own realm master")

const hostName = z
  .string(TEXT)
  .regex(
    /^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^\[[0-9A-Fa-f:.]+\]$/,
    'must be a host name such as example.com or *.example.com: no scheme, no port, no path',
  )

const userSpec = z
  .string(TEXT)
  .regex(/^[^\s:,]+(:[^:]*(:[^\s:]*)?)?$/, 'must look like name, name:password or name:password:role,role')

/**
 * Every option of mcp-keycloak, its unit and its help; the only list of them. What belongs to the realm has no
 * default here: it is in the realm file.
 */
export const configSchema = z.strictObject({
  instance: option(
    z
      .string(TEXT)
      .regex(/^[a-z0-9][a-z0-9_-]*$/, 'may hold lower-case letters, digits, "_" and "-"')
      .default('default'),
    { description: 'which Keycloak of this machine', placeholder: '<name>' },
  ),
  runtime: option(z.enum(['auto', 'compose', 'java'], 'must be auto, compose or java').default('auto'), {
    description: 'how Keycloak runs: in Docker Compose, or on a local JDK',
    placeholder: '<auto|compose|java>',
  }),
  keycloakUrl: option(httpUrl.optional(), {
    description: 'use a Keycloak that somebody else runs (needs MCP_KEYCLOAK_ADMIN_PASSWORD)',
    placeholder: '<url>',
  }),
  keycloakVersion: option(z.string(TEXT).default(PINNED_VERSION), {
    description: 'version to run',
    placeholder: '<version>',
  }),
  keycloakHome: option(nonEmpty.optional(), {
    description: 'an unpacked Keycloak distribution to take for the java runtime',
    placeholder: '<folder>',
  }),
  port: option(portNumber.optional(), {
    description: 'HTTP port on 127.0.0.1 (8080, then the one of last time)',
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
    placeholder: '<file>',
  }),
  realm: option(realmName.optional(), { description: 'name of the realm (fastmcp)', placeholder: '<name>' }),
  mcpUrl: option(z.array(mcpUrl, LIST).default([]), {
    description: 'MCP endpoint that tokens are for (http://localhost:8000/mcp); repeatable',
    placeholder: '<url>',
  }),
  trustedHost: option(z.array(hostName, LIST).default([]), {
    description: 'one more host that may be in the URIs of a client that registers itself; repeatable',
    placeholder: '<host>',
  }),
  user: option(z.array(userSpec, LIST).default([]), {
    description: 'one more test user, name[:password][:role,…]; repeatable',
    placeholder: '<user>',
  }),
  proof: option(z.boolean('must be true or false').default(true), {
    description: 'play a client at the end of `up`: register, log in, check the token',
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

/** How `key` looks on the command line. */
export function optionMeta(key: ConfigKey): OptionMeta {
  return configSchema.shape[key].meta() as unknown as OptionMeta
}

/** Whether `key` may be given several times. */
export function isList(key: ConfigKey): boolean {
  return key === 'mcpUrl' || key === 'trustedHost' || key === 'user'
}

/** Whether `key` is a switch. */
export function isSwitch(key: ConfigKey): boolean {
  return key === 'proof'
}

/** `mcpUrl` → `--mcp-url`. */
export function flagName(key: ConfigKey): string {
  return `--${kebab(key)}`
}

/** `mcpUrl` → `MCP_KEYCLOAK_MCP_URL`. */
export function environmentName(key: ConfigKey): string {
  return `MCP_KEYCLOAK_${kebab(key).replaceAll('-', '_').toUpperCase()}`
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
