import { expect, it } from 'vitest'
import { Fault } from '../../../src/checks/finding.ts'
import { browser } from '../../../src/verify/checks/browser.ts'
import type { Inspection } from '../../../src/verify/inspection.ts'

const ALLOW = { 'access-control-allow-origin': '*' }
const PREFLIGHT = {
  ...ALLOW,
  'access-control-allow-headers': 'Authorization, Content-Type, mcp-protocol-version, mcp-session-id',
}
const SESSION = { 'mcp-session-id': '1' }

/** Asks about a server with these headers in the answer to the preflight and in the one to the request itself. */
function ask(preflight: object, answer: object, status = 204) {
  const response = (code: number, headers: object) =>
    new Response(null, { status: code, headers: { ...headers } })
  const inspection = {
    withoutToken: async () => ({ response: response(401, {}), text: '' }),
    accepted: async () => {
      throw new Fault({ what: 'It refuses a good token.' })
    },
    era: async () => 'legacy',
    webPage: async () => ({ origin: 'http://localhost:6274', preflight: response(status, preflight) }),
    endpoint: {
      initialize: async () => ({ response: response(200, answer), text: '' }),
    },
  }
  return browser.run(inspection as unknown as Inspection)
}

it.each([
  ['any origin', PREFLIGHT, ALLOW],
  ['the origin of the page', { ...PREFLIGHT, 'access-control-allow-origin': 'http://localhost:6274' }, ALLOW],
  [
    'a session that the page can read',
    PREFLIGHT,
    { ...ALLOW, ...SESSION, 'access-control-expose-headers': 'x, Mcp-Session-Id' },
  ],
  [
    'every header, of which the page can read all',
    { ...ALLOW, 'access-control-allow-headers': '*, authorization' },
    { ...ALLOW, ...SESSION, 'access-control-expose-headers': '*' },
  ],
])('lets web pages in: %s', async (_case, preflight, answer) => {
  expect(await ask(preflight, answer)).toMatchObject({ status: 'ok' })
})

it('warns of a server without CORS, and says who needs it', async () => {
  expect(await ask({}, {}, 405)).toMatchObject({
    status: 'warn',
    what: expect.stringContaining('CORS'),
    why: expect.stringContaining('browser'),
  })
  expect(await ask({ 'access-control-allow-origin': 'https://other.example' }, {})).toMatchObject({
    status: 'warn',
  })
})

it.each([
  ['hides the session', PREFLIGHT, { ...ALLOW, ...SESSION }, 204, 'cannot read mcp-session-id'],
  [
    'lets no token through',
    { ...ALLOW, 'access-control-allow-headers': '*' },
    ALLOW,
    204,
    'the header authorization may not be sent',
  ],
  ['forgets the answer', PREFLIGHT, {}, 204, 'not for http://localhost:6274'],
  ['wants a token for the preflight', PREFLIGHT, ALLOW, 401, 'the preflight is answered with 401'],
])('faults one that lets web pages in half-way: it %s', async (_case, preflight, answer, status, why) => {
  expect(await ask(preflight, answer, status)).toMatchObject({
    status: 'fail',
    why: expect.stringContaining(why),
  })
})
