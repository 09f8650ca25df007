import { expect, it } from 'vitest'

import { readMessage } from '../../../src/verify/protocol.ts'

const ANSWER = { jsonrpc: '2.0', id: 1, result: { tools: [] } }
const LINES = JSON.stringify(ANSWER, null, 1).split('\n')

it.each([
  ['a JSON body', JSON.stringify(ANSWER)],
  ['a batch', JSON.stringify([ANSWER])],
  ['an event', `event: message\ndata: ${JSON.stringify(ANSWER)}\n\n`],
  ['an event without a space', `data:${JSON.stringify(ANSWER)}\n\n`],
  ['an event of several lines', `${LINES.map((line) => `data: ${line}`).join('\n')}\n\n`],
  ['an event with CRLF', `${LINES.map((line) => `data: ${line}`).join('\r\n')}\r\n\r\n`],
  [
    'a later event, after a comment, an empty event and a notification',
    `: hello\n\nid: 1\ndata:\n\ndata: {"jsonrpc":"2.0","method":"x"}\n\ndata: ${JSON.stringify(ANSWER)}\n\n`,
  ],
])('readMessage reads %s', (_case, text) => {
  expect(readMessage(text)).toEqual(ANSWER)
})

it.each(['', '<html>', '{}', '[]', '{"result":1}', 'data: {"jsonrpc":"2.0","method":"x"}\n\n'])(
  'readMessage finds no response in %j',
  (text) => {
    expect(readMessage(text)).toBeUndefined()
  },
)
