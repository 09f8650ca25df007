import { command } from '../../config/command.ts'
import { BAD_TOKEN_KINDS } from '../../oauth/mint-bad.ts'
import { printableLine } from '../../printable.ts'
import type { DoorAttempt } from './ask-doors.ts'

/** One request and its response, as proof of a finding. Tokens are masked. */
export interface Evidence {
  /** The request by its method, e.g. `tools/list (2025-06-18)`. */
  readonly door: string
  /** The name of the token, e.g. `aud`. */
  readonly token: string
  readonly era: string
  /** The request, without the token. */
  readonly request: string
  /** The status, then the beginning of the body. */
  readonly answer: string
  /** A command line that sends the request again. The token is in `$TOKEN`. */
  readonly curl: string
}

/** The most proofs of one finding. */
const MOST = 20
const SHOWN_BODY = 200

/** Describes requests for the report. */
export function evidenceOf(attempts: readonly DoorAttempt[], mcpUrl: URL): readonly Evidence[] {
  return attempts.slice(0, MOST).map(({ door, request, token, answer }) => {
    const { method = 'POST', headers, body, url = mcpUrl } = request
    const lines = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
    const data = body === undefined ? [] : [`-d ${quoted(body)}`]
    const curl = masked(['curl -i', `-X ${method}`, ...lines, ...data, quoted(url.href)].join(' '))
    const set = curl.includes('$TOKEN') ? `TOKEN=$(${tokenCommand(token)}); ` : ''
    const { response, text = '' } = answer ?? {}
    return {
      door: printableLine(door.title),
      token,
      era: door.era,
      request: printableLine(masked(`${method} ${url.pathname}${url.search} ${body ?? ''}`).trim()),
      answer: printableLine(
        response ? `${response.status} ${masked(text.slice(0, SHOWN_BODY))}`.trim() : 'not asked',
      ),
      curl: printableLine(`${set}${curl}`),
    }
  })
}

/** Replaces what looks like a JWT. */
function masked(text: string): string {
  return text.replace(/eyJ[\w-]{5,}\.[\w-]*(\.[\w-]*)?/g, '$$TOKEN')
}

function tokenCommand(token: string): string {
  const kind = BAD_TOKEN_KINDS.find((one) => one === token)
  return kind ? command('token', { bad: kind }) : command('token')
}

/** Quotes a text for a POSIX shell, which sets `$TOKEN` in it. */
function quoted(text: string): string {
  return `"${text.replace(/["\\`$]/g, '\\$&')}"`
}
