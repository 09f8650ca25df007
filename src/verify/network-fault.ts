import { Fault, type FaultText } from '../checks/finding.ts'
import { command } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'
import { AnswerTooLong, TimedOut } from '../oauth/bounded-fetch.ts'

/** Node's error codes for certificates that it does not trust. */
const SELF_SIGNED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]
const BAD_CERTIFICATE = /^(CERT_|ERR_TLS_CERT_|UNABLE_TO_)/

/** Explains why a request to a server failed. */
export function networkFault(url: URL, error: unknown): Fault {
  return error instanceof Fault ? error : new Fault(words(url, error))
}

/** Converts an error of a server that is not Keycloak, so that its text does not blame Keycloak. */
export function serverFault(url: URL, error: unknown): unknown {
  if (error instanceof Fault) return error
  if (!(error instanceof McpKeycloakError)) return networkFault(url, error)
  return error.code === 'KEYCLOAK_UNREACHABLE' ? serverFault(url, error.cause) : error
}

/** Length of the longest shown URL. */
const SHOWN_URL = 200

function words({ href: whole, origin, protocol, hostname }: URL, error: unknown): FaultText {
  if (error instanceof McpKeycloakError) {
    return { what: error.message, why: error.why.split('\n'), fix: error.fix.split('\n') }
  }
  const href = whole.slice(0, SHOWN_URL)
  const [code, message] = codeOf(error)
  if (error instanceof TimedOut) {
    return {
      what: `${href} hangs: ${error.message}.`,
      why: 'It takes the connection, but does not answer, or not to the end.',
      fix: "Look at the server's log; a slow one gets more time with --request-timeout <seconds>.",
    }
  }
  if (error instanceof AnswerTooLong) {
    return {
      what: `The answer of ${href} is ${error.message}; the rest was not read.`,
      why: 'No answer of an MCP server to these questions is so long.',
      fix: 'Check the URL: it must be that of the MCP endpoint.',
    }
  }
  if (code === 'ECONNREFUSED') {
    return {
      what: `Nothing listens at ${origin}.`,
      why: 'The connection was refused: the MCP server is down, or on another port or address.',
      fix: `Start the MCP server, or give the URL where it listens: ${command('verify', '<mcp-url>')}`,
    }
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      what: `There is no host "${hostname}".`,
      why: `${message}.`,
      fix: 'Check the spelling of the URL.',
    }
  }
  if (SELF_SIGNED.includes(code)) {
    return {
      what: `The certificate of ${origin} is self-signed, or of an authority that is not known here.`,
      why: `MCP clients refuse it as well (${code}).`,
      fix: 'Have the authority trusted (NODE_EXTRA_CA_CERTS=<file>), or accept it for this once: --insecure',
    }
  }
  if (BAD_CERTIFICATE.test(code)) {
    return {
      what: `The certificate of ${origin} is for another name, or not valid now.`,
      why: `${message} (${code}).`,
      fix: 'Renew the certificate, for that host; or accept it for this once: --insecure',
    }
  }
  if (isHttp2(`${code} ${message}`, error)) {
    return {
      what: `${origin} speaks HTTP/2 only.`,
      why: 'Most MCP clients speak HTTP/1.1.',
      fix: 'Let the server, or the proxy in front of it, speak HTTP/1.1 too.',
    }
  }
  if (/_ALERT_|SSL alert/.test(`${code} ${message}`)) {
    return {
      what: `${origin} refuses the TLS connection.`,
      why: `${message} (${code}).`,
      fix: 'Let it accept TLS 1.2 or 1.3 without a client certificate, as MCP clients send none.',
    }
  }
  if (protocol === 'https:' && (code === 'EPROTO' || code.startsWith('ERR_SSL_'))) {
    return {
      what: `${origin} does not speak TLS.`,
      why: `${message} (${code}).`,
      fix: `Give its URL with http: ${command('verify', href.replace('https:', 'http:'))}`,
    }
  }
  return {
    what: `${href} gave no answer that can be understood.`,
    why: `${message}${code ? ` (${code})` : ''}.`,
    fix: 'Check the URL: scheme, host and port must be those of an MCP server over HTTP.',
  }
}

/** Whether the server answered with the first frame of HTTP/2 (SETTINGS), or found no HTTP/2 in the TLS handshake. */
function isHttp2(text: string, error: unknown): boolean {
  const { rawPacket } = error as { readonly rawPacket?: Uint8Array }
  return /no.application.protocol/i.test(text) || (text.startsWith('HPE_') && rawPacket?.[3] === 4)
}

/** Finds the error's code. Node puts it in `cause`, or in `errors` when it tried several addresses. */
function codeOf(error: unknown): readonly [code: string, message: string] {
  const { code, message, cause, errors } = error as NodeJS.ErrnoException & { errors?: readonly unknown[] }
  if (code !== undefined) return [code, message || code]
  const inner = cause ?? errors?.[0]
  return inner === undefined ? ['', String(message ?? error).replace(/\.$/, '')] : codeOf(inner)
}
