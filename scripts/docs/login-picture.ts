import { escapeXml, svg } from './svg.ts'

const ACTORS = ['MCP client', 'MCP server', 'Keycloak', 'Browser'] as const

type Actor = (typeof ACTORS)[number]

/** Messages of a first login, in order. */
const MESSAGES: readonly (readonly [from: Actor, to: Actor, text: string])[] = [
  ['MCP client', 'MCP server', 'POST /mcp, without a token'],
  ['MCP server', 'MCP client', '401, WWW-Authenticate: resource_metadata="…"'],
  ['MCP client', 'MCP server', 'GET the metadata of the resource (RFC 9728)'],
  ['MCP server', 'MCP client', 'authorization server: …/realms/fastmcp'],
  ['MCP client', 'Keycloak', 'GET the metadata of the realm (RFC 8414)'],
  ['MCP client', 'Keycloak', 'POST: register a client (RFC 7591)'],
  ['Keycloak', 'MCP client', '201, client_id'],
  ['MCP client', 'Browser', 'open the login page, with a PKCE challenge'],
  ['Browser', 'Keycloak', 'user name, password, consent'],
  ['Keycloak', 'Browser', 'redirect to the client, with a code'],
  ['Browser', 'MCP client', 'code'],
  ['MCP client', 'Keycloak', 'POST: the code and the PKCE verifier'],
  ['Keycloak', 'MCP client', 'access token, aud: http://localhost:8000/mcp'],
  ['MCP client', 'MCP server', 'POST /mcp, Authorization: Bearer …'],
  ['MCP server', 'Keycloak', 'GET the signing keys, once'],
  ['MCP server', 'MCP client', '200, the tools'],
]

const COLUMN = 220
const ROW = 40
const TOP = 70
const MARGIN = 110

/** The login of an MCP client as a sequence diagram. */
export function loginPicture(): string {
  const x = (actor: Actor) => MARGIN + ACTORS.indexOf(actor) * COLUMN
  const height = TOP + MESSAGES.length * ROW + 20
  const width = 2 * MARGIN + (ACTORS.length - 1) * COLUMN
  const actors = ACTORS.flatMap((actor) => [
    `<line x1="${x(actor)}" y1="50" x2="${x(actor)}" y2="${height - 15}" stroke="#8c959f" stroke-dasharray="4 4"/>`,
    `<rect x="${x(actor) - 65}" y="16" width="130" height="34" rx="6" fill="#ddf4ff" stroke="#54aeff"/>`,
    label(x(actor), 38, actor, 'bold'),
  ])
  const messages = MESSAGES.flatMap(([from, to, text], index) => {
    const y = TOP + (index + 1) * ROW - 14
    const tip = x(to) + (x(from) < x(to) ? -8 : 8)
    return [
      label((x(from) + x(to)) / 2, y - 7, `${index + 1}. ${text}`),
      `<line x1="${x(from)}" y1="${y}" x2="${tip}" y2="${y}" stroke="#1f2328"/>`,
      `<path d="M${x(to)} ${y} L${tip} ${y - 5} L${tip} ${y + 5} Z" fill="#1f2328"/>`,
    ]
  })
  return svg('A login of an MCP client', { width, height, background: '#ffffff' }, [...actors, ...messages])
}

/** A text with a white halo, readable across the lines of the actors. */
function label(x: number, y: number, text: string, weight = 'normal'): string {
  const font = `font-family="system-ui, sans-serif" font-size="13" font-weight="${weight}"`
  const halo = 'stroke="#ffffff" stroke-width="4" paint-order="stroke"'
  return `<text x="${x}" y="${y}" text-anchor="middle" fill="#1f2328" ${font} ${weight === 'bold' ? '' : halo}>${escapeXml(text)}</text>`
}
