import { expect, it } from 'vitest'

import { otherUrl } from '../../../src/verify/realm-under-test.ts'

const MCP_URL = 'http://localhost:8000/mcp'

it.each(['http://localhost:8000/other/mcp', 'http://localhost:8001/mcp', 'https://mcp.example/mcp'])(
  'otherUrl takes %s for another server',
  (url) => {
    expect(otherUrl([MCP_URL, url], MCP_URL)).toBe(url)
  },
)

it.each([
  'http://localhost:8000/mcp/',
  'http://127.0.0.1:8000/mcp',
  'http://[::1]:8000/mcp',
  'https://localhost:8000/mcp',
  'http://mcp:8000/mcp',
  'not a URL',
])('otherUrl takes %s for another name of the server', (url) => {
  expect(otherUrl([MCP_URL, url], MCP_URL)).toBeUndefined()
})
