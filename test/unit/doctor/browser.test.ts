import { expect, it } from 'vitest'

import { judgeBrowser } from '../../../src/doctor/checks/realm/browser.ts'

const ORIGIN = 'http://localhost:6274'
const RIGHT = {
  origin: ORIGIN,
  allowedHeaders: 'Content-Type, MCP-Protocol-Version',
  status: 201,
  allowedOrigin: ORIGIN,
  body: '',
}

it.each<[string, Partial<Parameters<typeof judgeBrowser>[0][number]>, string, string, string | null]>([
  ['registers', {}, 'ok', `registers from ${ORIGIN}`, null],
  [
    'is refused for its origin',
    { status: 403, allowedOrigin: null, body: '{"error":"Invalid origin"}' },
    'fail',
    `a page on ${ORIGIN} sees "Failed to fetch" when it registers`,
    `See "Web origins" above; in a managed realm: mcp-keycloak reset-realm --origin ${ORIGIN}`,
  ],
  [
    'is refused as any client is',
    { status: 403, allowedOrigin: null, body: "Policy 'Trusted Hosts' rejected request" },
    'fail',
    `a page on ${ORIGIN} sees "Failed to fetch" when it registers`,
    'The reason is above, where the same client registers without a browser.',
  ],
  [
    'may not read the answer',
    { allowedOrigin: 'http://another' },
    'fail',
    `a page on ${ORIGIN} sees "Failed to fetch" when it registers`,
    'Something between the page and Keycloak changes its answers: go without that proxy.',
  ],
  [
    'may not name its protocol version',
    { allowedHeaders: 'Content-Type' },
    'ok',
    `registers from ${ORIGIN}, after a first try without success`,
    null,
  ],
  [
    'has no initial access token',
    { status: 403, body: "Policy 'Initial Access Token Required' rejected" },
    'skip',
    'registers with an initial access token only',
    null,
  ],
])('a page that %s', (_, answer, status, what, fix) => {
  expect(judgeBrowser([{ ...RIGHT, ...answer }])).toMatchObject({ status, what, fix })
})
