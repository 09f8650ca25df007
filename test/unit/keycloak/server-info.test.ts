import { expect, it } from 'vitest'

import type { Admin } from '../../../src/keycloak/admin.ts'
import { serverPrograms } from '../../../src/keycloak/server-info.ts'

const info = {
  systemInfo: { version: '26.7.5', uptimeMillis: 1000 },
  features: [
    { name: 'CIMD', enabled: true },
    { name: 'PASSKEYS', enabled: false },
  ],
  providers: { keys: { providers: { rsa: {}, hmac: {} } }, theme: { providers: { folder: {} } } },
}
const programs = (changes: object) =>
  serverPrograms({ serverInfo: { find: async () => ({ ...info, ...changes }) } } as unknown as Admin)

it('servers have equal programs whatever their uptime and the order of their lists', async () => {
  const same = {
    systemInfo: { version: '26.7.5', uptimeMillis: 5 },
    features: info.features.toReversed(),
    providers: { theme: info.providers.theme, keys: { providers: { hmac: { order: 1 }, rsa: {} } } },
  }
  expect(await programs(same)).toBe(await programs({}))
})

it.each([
  ['version', { systemInfo: { version: '26.7.6' } }],
  ['feature', { features: info.features.map(({ name }) => ({ name, enabled: true })) }],
  ['provider', { providers: { ...info.providers, keys: { providers: { rsa: {}, hmac: {}, mine: {} } } } }],
])('servers have other programs with another %s', async (_, changes) => {
  expect(await programs(changes)).not.toBe(await programs({}))
})
