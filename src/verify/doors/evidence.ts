import { command } from '../../config/command.ts'
import { singleQuoted } from '../../config/shell-word.ts'
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
  return attempts.slice(0, MOST).map(({ door, token, answer }) => {
    const { method = 'POST', headers, body } = door.request
    const needsToken = token !== 'no token'
    const shown = { ...headers, ...(needsToken && { authorization: 'Bearer $TOKEN' }) }
    const lines = Object.entries(shown).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
    const data = body === undefined ? [] : [`-d ${singleQuoted(body)}`]
    const curl = ['curl -i', `-X ${method}`, ...lines, ...data, singleQuoted(mcpUrl.href)].join(' ')
    const set = needsToken ? `TOKEN=$(${tokenCommand(token)}); ` : ''
    const { response, text = '' } = answer ?? {}
    return {
      door: printableLine(door.title),
      token,
      era: door.era,
      request: printableLine(`${method} ${mcpUrl.pathname} ${body ?? ''}`.trim()),
      answer: printableLine(
        response ? `${response.status} ${masked(text.slice(0, SHOWN_BODY))}`.trim() : 'not asked',
      ),
      curl: printableLine(`${set}${curl}`),
    }
  })
}

/** Hides what looks like a JWT. */
function masked(text: string): string {
  return text.replace(/eyJ[\w-]*\.[\w-]*(\.[\w-]*)?/g, '<token>')
}

function tokenCommand(token: string): string {
  const kind = BAD_TOKEN_KINDS.find((one) => one === token)
  return kind ? command('token', { bad: kind }) : token === 'garbage' ? 'echo garbage' : command('token')
}

function quoted(text: string): string {
  return `"${text.replace(/["\\`]/g, '\\$&')}"`
}
