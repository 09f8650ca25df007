import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import { describe, expect, it } from 'vitest'

import { selfSignedCertificate } from '../../helpers/keycloak/self-signed-certificate.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'

// Keycloak's own truststore is switched off; Java's has to take its place.
describe('Keycloak, when it calls somebody over https', () => {
  it('refuses a certificate that nobody vouches for', async () => {
    const server = createServer(await selfSignedCertificate(), (_, response) => response.end('{}'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const refused = once(server, 'tlsClientError')
      const { identityProviders } = await sharedAdmin()
      const { port } = server.address() as AddressInfo
      const fromUrl = `https://localhost:${port}/.well-known/openid-configuration`
      await expect(
        identityProviders.importFromUrl({ realm: 'master', providerId: 'oidc', fromUrl }),
      ).rejects.toMatchObject({ code: 'KEYCLOAK_FAILED', cause: { response: { status: 500 } } })
      const [alert] = await refused
      expect(alert).toMatchObject({ code: 'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN' })
    } finally {
      server.close()
    }
  })
})
