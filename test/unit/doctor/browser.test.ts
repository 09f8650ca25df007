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

it.each<[string, Partial<Parameters<typeof judgeBrowser>[0][number]>, string]>([
  ['registers', {}, 'ok'],
  [
    'is refused for its origin',
    { status: 403, allowedOrigin: null, body: '{"error":"Invalid origin"}' },
    'fail',
  ],
  [
    'is refused as any client is',
    { status: 403, allowedOrigin: null, body: "Policy 'Trusted Hosts' rejected request" },
    'fail',
  ],
  ['may not read the answer', { allowedOrigin: 'http://another' }, 'fail'],
  ['may not name its protocol version', { allowedHeaders: 'Content-Type' }, 'ok'],
  [
    'has no initial access token',
    { status: 403, body: "Policy 'Initial Access Token Required' rejected" },
    'skip',
  ],
])('a page that %s', (_, answer, status) => {
  const finding = judgeBrowser([{ ...RIGHT, ...answer }])
  expect(finding.status).toBe(status)
  expect(finding).toMatchSnapshot()
})
