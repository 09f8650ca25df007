import { expect, it } from 'vitest'

import { eventOfLine } from '../../../src/explain/event-line.ts'

const HEAD = '2026-11-21 08:20:39,255 WARN  [org.keycloak.events] (executor-thread-4) '

it('eventOfLine reads an event from a log line', () => {
  const line = `${HEAD}type="LOGIN_ERROR", realmId="1-2", realmName="shop", clientId="abc", userId="null", ipAddress="127.0.0.1", error="invalid_request", reason="Invalid scopes: openid, mcp:x", redirect_uri="http://localhost:1/cb?a=b"`
  expect(eventOfLine(line)).toEqual({
    type: 'LOGIN_ERROR',
    realm: 'shop',
    clientId: 'abc',
    ipAddress: '127.0.0.1',
    error: 'invalid_request',
    details: { reason: 'Invalid scopes: openid, mcp:x', redirect_uri: 'http://localhost:1/cb?a=b' },
  })
})

it('eventOfLine reads an event of an older Keycloak, without quotes and realm name', () => {
  const line = `${HEAD}type=LOGIN_ERROR, realmId=1-2, clientId=abc, userId=null, ipAddress=127.0.0.1, error=client_not_found`
  expect(eventOfLine(line)).toMatchObject({ type: 'LOGIN_ERROR', clientId: 'abc', error: 'client_not_found' })
})

it('eventOfLine returns no client for null in the log', () => {
  expect(eventOfLine('type="LOGIN_ERROR", realmId="1", clientId="null", error="x"')?.clientId).toBeUndefined()
})

it('eventOfLine returns nothing for any other line', () => {
  expect(eventOfLine(`${HEAD}KC-SERVICES0093: Invalid parameter value for: scope`)).toBeUndefined()
})
