import { describe, expect, it } from 'vitest'

import { discover } from '../../../src/oauth/discover.ts'
import { localServer } from '../support/local-server.ts'
import { refusal } from '../support/refusal.ts'

/** A Keycloak whose metadata names this issuer, or the one that was asked for. */
async function keycloak(issuer?: string): Promise<string> {
  const url = await localServer((request, response) => {
    const [, realm] =
      /^\/\.well-known\/oauth-authorization-server\/realms\/(\w+)$/.exec(request.url ?? '') ?? []
    response.writeHead(realm ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ issuer: issuer ?? `${url}/realms/${realm}`, jwks_uri: `${url}/k` }))
  })
  return url
}

describe('discovery', () => {
  it('reads the metadata where RFC 8414 puts it', async () => {
    const url = await keycloak()
    expect(await discover(`${url}/realms/r`)).toMatchObject({
      issuer: `${url}/realms/r`,
      jwks_uri: `${url}/k`,
    })
  })

  it('refuses metadata of another issuer', async () => {
    const url = await keycloak('http://evil.test/realms/r')
    const error = await refusal(() => discover(`${url}/realms/r`))
    expect(error).toMatchObject({ code: 'DISCOVERY_FAILED', exitCode: 5 })
    expect(error.why).toMatch(/issuer/)
  })

  it('says so when there is no metadata', async () => {
    const url = await keycloak()
    expect((await refusal(() => discover(`${url}/nowhere`))).message).toContain(`${url}/nowhere`)
  })
})
