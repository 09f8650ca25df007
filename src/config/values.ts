import { z } from 'zod'
import { LOOPBACK_NAMES } from './loopback.ts'

// The value types of options, each with its refusal. `meta` tells the JSON Schema of the config file what a refinement
// cannot.

/** The refusal of a value that is not a text. */
export const TEXT = 'must be a text in quotes'
/** The refusal of a value that is not a list. */
export const LIST = 'must be a list of texts: ["…"]'
/** Any text except an empty one. */
export const nonEmpty = z.string(TEXT).min(1, 'must not be empty')

/** A number in some range, or the text of one, as flags and variables have it. */
export const number = (range: z.ZodNumber, fault: string) =>
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

/** The refusal of a value that is not a duration. */
export const SECONDS = 'must be a number of seconds, more than 0 and at most a day'
const PORT_RANGE = 'must be a whole number from 1 to 65535'
/** A TCP port. */
export const portNumber = number(
  z.number().int(PORT_RANGE).min(1, PORT_RANGE).max(65_535, PORT_RANGE),
  PORT_RANGE,
)

/** An `http` or `https` URL. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .meta({ pattern: '^https?://' })

/** The endpoint of an MCP server. */
export const mcpUrl = httpUrl
  .refine((url) => !url.includes('#'), 'must not have a fragment (#…)')
  .meta({ pattern: '^https?://[^#]*$' })

/** The name of a realm that mcp-keycloak may manage. */
export const realmName = z
  .string(TEXT)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    'may hold letters, digits, ".", "_" and "-", and starts with a letter or digit',
  )
  .refine((name) => name !== 'master', "must not be Keycloak's own realm master")
  .meta({ not: { const: 'master' } })

/** A host, or all hosts of a domain: `*.example.com`. */
export const hostName = z
  .string(TEXT)
  .regex(
    /^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^\[[0-9A-Fa-f:.]+\]$/,
    'must be a host name such as example.com or *.example.com: no scheme, no port, no path',
  )

/** A test user: `name`, `name:password` or `name:password:role,role`. */
export const userSpec = z.string(TEXT).regex(
  // Keycloak stops a login with any other character in the name or in the e-mail address that is derived from it.
  /^[\p{L}\p{N}_+-]+([.@][\p{L}\p{N}_+-]+)*(:[^:]*(:[^\s:]*)?)?$/u,
  'must look like name, name:password or name:password:role,role; a name has letters, digits and . _ + - @',
)

/** Hosts whose pages a browser takes for secure on plain http. */
const LOOPBACK_HOST = new RegExp(String.raw`^(${LOOPBACK_NAMES}|.+\.localhost)$`)

/** Origin of a web page that may do PKCE. */
export const webOrigin = httpUrl
  .refine(
    (url) => URL.parse(url)?.origin === url,
    'must be an origin such as http://localhost:5173: no path, no slash at its end',
  )
  // Elsewhere a browser gives a page on plain http no crypto.subtle: it could not do PKCE, so it could not log in.
  .refine(
    (url) => url.startsWith('https:') || LOOPBACK_HOST.test(URL.parse(url)?.hostname ?? ''),
    'must be https, or on this machine (localhost, 127.0.0.1): browsers let no other http page do PKCE',
  )
  .meta({
    pattern: '^(https://[^/?#]+|http://(localhost|[^/?#:]+\\.localhost|127(\\.\\d+){3}|\\[::1\\])(:\\d+)?)$',
  })

/** A scope: `name` or `name:"consent text"`. */
export const scopeSpec = z
  .string(TEXT)
  .regex(
    /^[\x21\x23-\x5B\x5D-\x7E]+(:"[^"]*")?$/,
    'must look like name or name:"consent text", without a space in the name',
  )

/** Name of a role. */
export const roleName = z.string(TEXT).regex(/^[^\s,:]+$/, 'must be a name without spaces, commas and colons')

/** An attribute of a user: `user:key=value`. */
export const userAttributeSpec = z.string(TEXT).regex(/^[^\s:]+:[^\s=]+=.+$/, 'must look like user:key=value')

/** The id of a client that an option creates. */
export const clientName = z.string(TEXT).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be a plain word')

/** APIs with the role that each asks for: `client:role` or `client:role,client:role`. */
export const downstreamSpec = z
  .string(TEXT)
  .regex(
    /^[A-Za-z0-9][\w.-]*:[\w.-]+(,[A-Za-z0-9][\w.-]*:[\w.-]+)*$/,
    'must look like client:role or client:role,client:role, all plain words',
  )

/** Tells the path of a file from the name of a built-in overlay. */
export const OVERLAY_PATH = /[\\/]|\.json$/

/** Whether an overlay is a file's path, not the name of a built-in overlay. */
export const isOverlayPath = (overlay: string) => OVERLAY_PATH.test(overlay)
