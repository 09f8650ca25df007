import { describe, expect, it } from 'vitest'

import { resourceMetadataSchema, resourceMetadataUrls } from '../../../src/oauth/resource-metadata.ts'

describe('the well-known places of the metadata', () => {
  it.each([
    [
      'http://localhost:8000/mcp',
      [
        'http://localhost:8000/.well-known/oauth-protected-resource/mcp',
        'http://localhost:8000/.well-known/oauth-protected-resource',
      ],
    ],
    ['https://a.test', ['https://a.test/.well-known/oauth-protected-resource']],
    [
      'https://a.test/x/mcp/?tenant=1',
      [
        'https://a.test/.well-known/oauth-protected-resource/x/mcp/?tenant=1',
        'https://a.test/.well-known/oauth-protected-resource?tenant=1',
      ],
    ],
  ])('the metadata URLs of %s follow RFC 9728', (mcpUrl, places) => {
    expect(resourceMetadataUrls(new URL(mcpUrl)).map(({ href }) => href)).toEqual(places)
  })
})

it('metadata needs a resource, and may have members that nobody looks at', () => {
  const { data } = resourceMetadataSchema.safeParse({ resource: 'http://a.test/mcp', more: [{}] })
  expect(data).toMatchObject({ authorization_servers: [], scopes_supported: [] })
  for (const bad of [null, [], 'x', {}, { resource: 1 }, { resource: 'x', authorization_servers: 'y' }]) {
    expect(resourceMetadataSchema.safeParse(bad).success).toBe(false)
  }
})
