import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'

import { serveBridge } from '../../../src/bridge/bridge.ts'
import { bridgeSchema } from '../../../src/bridge/bridge-schema.ts'
import { HANDLERS } from '../../../src/bridge/handlers.ts'
import { BRIDGE_VERSION, METHODS } from '../../../src/bridge/protocol.ts'

interface Message {
  readonly id?: unknown
  readonly error?: { readonly code: string; readonly message: string; readonly why: string }
}

/** Sends lines to a bridge and returns its messages between the first and the last one. */
async function answersTo(...lines: readonly string[]) {
  const messages: Message[] = []
  async function* input() {
    yield lines.map((line) => `${line}\n`).join('')
  }
  await serveBridge({
    input: input(),
    send: (message) => messages.push(message as Message),
    onStep: () => {},
    signal: new AbortController().signal,
  })
  expect(messages[0]).toMatchObject({ bridgeVersion: BRIDGE_VERSION })
  expect(messages.at(-1)).toEqual({ goodbye: { realms: [], clients: [] } })
  return messages.slice(1, -1)
}

describe('the bridge', () => {
  it.each([
    ['no JSON', '{"id":7,secret', null, 'not JSON'],
    ['no object', '42', null, 'not a request'],
    ['no method', '{"id":7}', 7, 'not a request'],
    ['an unknown field', '{"id":7,"method":"token","param":{}}', 7, 'not a request'],
    ['an unknown method', '{"id":"a","method":"tokn"}', 'a', '"tokn"'],
    ["an object's own method", '{"id":7,"method":"toString"}', 7, '"toString"'],
    ['unknown params', '{"id":7,"method":"token","params":{"usr":"x"}}', 7, '"token"'],
    ['a wrong kind', '{"id":7,"method":"badToken","params":{"kind":"x"}}', 7, '"badToken"'],
    ['a line that is too long', `{"id":7,"x":"${'x'.repeat(1_000_001)}"}`, null, '1000000'],
    ['a realm before createRealm', '{"id":7,"method":"token"}', 7, 'no realm'],
  ])('answers %s with an error, and goes on', async (_what, line, id, message) => {
    const [answer, next, ...others] = await answersTo(
      line,
      '{"id":8,"method":"dropRealm","params":{"realm":"a"}}',
    )
    expect(answer).toMatchObject({
      id,
      error: { code: 'USAGE_INVALID', message: expect.stringContaining(message) },
    })
    expect(answer?.error).toMatchSnapshot()
    expect(answer?.error?.why).not.toContain('secret')
    expect(next).toMatchObject({ id: 8, error: { message: expect.stringContaining('"a"') } })
    expect(others).toEqual([])
  })

  it('names the method that was probably meant', async () => {
    const [answer] = await answersTo('{"id":1,"method":"tokn"}')
    expect(answer?.error?.why).toContain('Did you mean "token"?')
  })

  it('asks for start before createRealm', async () => {
    const [answer] = await answersTo('{"id":1,"method":"createRealm"}')
    expect(answer?.error).toMatchInlineSnapshot(`
      {
        "code": "NOT_RUNNING",
        "fix": "Send {"id":1,"method":"start"} first.",
        "message": "This bridge has no Keycloak yet.",
        "why": "start finds or starts one, and no start has succeeded.",
      }
    `)
  })

  it('leaves out empty lines', async () => {
    expect(await answersTo('', '  ')).toEqual([])
  })

  it('refuses options that up refuses too', async () => {
    const [answer] = await answersTo('{"id":1,"method":"start","params":{"settings":{"port":0}}}')
    expect(answer?.error?.message).toBe('The params of "start" are not valid.')
  })
})

describe('the schema of the bridge', () => {
  it('the schema of the bridge has every method', () => {
    expect(Object.keys(bridgeSchema().methods)).toEqual(Object.keys(METHODS))
    expect(Object.keys(HANDLERS)).toEqual(Object.keys(METHODS))
  })

  it('is valid JSON Schema', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    const { bridgeVersion, methods, ...others } = bridgeSchema()
    expect(bridgeVersion).toBe(BRIDGE_VERSION)
    const schemas = [
      ...Object.values(methods).flatMap(({ params, result }) => [params, result]),
      ...Object.values(others),
    ]
    for (const schema of schemas) expect(() => ajv.compile(schema)).not.toThrow()
    const params = methods.createRealm?.params ?? {}
    expect(ajv.validate(params, { settings: { with: ['cimd'], tokenLifespan: 5 } })).toBe(true)
    expect(ajv.validate(params, { settings: { wth: [] } })).toBe(false)
  })
})
