import { expect, it } from 'vitest'

import { configSchema } from '../../../../src/config/schema.ts'
import { watchEvents } from '../../../../src/operations/logs/watch-events.ts'
import { localServer } from '../../support/local-server.ts'
import { refusal } from '../../support/refusal.ts'

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const TOKEN = `${part({ alg: 'none' })}.${part({ exp: 9_999_999_999 })}.x`
const json = { 'content-type': 'application/json' }

it('says what an administrator lacks who may not read events', async () => {
  const keycloakUrl = await localServer((request, response) => {
    const isToken = request.url?.endsWith('/token') ?? false
    response.writeHead(isToken ? 200 : 403, json)
    response.end(
      JSON.stringify(isToken ? { access_token: TOKEN, refresh_token: TOKEN } : { error: 'Forbidden' }),
    )
  })
  const config = configSchema.parse({ keycloakUrl, adminPassword: 'secret' })
  const error = await refusal(() => watchEvents(config, false, () => {}).next(0))
  expect(error).toMatchObject({ code: 'ADMIN_LOGIN_REFUSED', why: 'Keycloak answered 403: Forbidden' })
  expect(error.fix).toContain('role')
})

it('the watch reports once that events are missing and reads the log', async () => {
  const keycloakUrl = await localServer((_, response) => response.writeHead(503).end())
  const config = configSchema.parse({ keycloakUrl, adminPassword: 'secret' })
  const notes: string[] = []
  const events = watchEvents(config, true, (note) => notes.push(note))
  expect([await events.next(0), await events.next(0)]).toEqual([[], []])
  expect(notes.map((note) => note.replace(keycloakUrl, '<url>'))).toMatchInlineSnapshot(`
    [
      "Keycloak at <url> failed to answer. Its log alone is read.",
    ]
  `)
})
