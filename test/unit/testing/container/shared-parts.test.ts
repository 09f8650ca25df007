import { expect, it } from 'vitest'

import { IMAGE_REPOSITORY, PINNED_VERSION } from '../../../../src/config/versions.ts'
import { sharedParts } from '../../../../src/testing/container/shared-parts.ts'

const PLAIN = {
  image: `${IMAGE_REPOSITORY}:${PINNED_VERSION}`,
  features: [],
  environment: { KC_BOOTSTRAP_ADMIN_USERNAME: 'root', KC_LOG_LEVEL: 'debug', MY_OWN: 'value' },
  changes: [undefined],
}

it("gives the parts to a container of Keycloak's official image, with our script", async () => {
  const parts = await sharedParts(PLAIN)
  expect(parts?.entrypoint.slice(-3)).toEqual([
    'start-keycloak.sh',
    '/opt/keycloak',
    '/opt/keycloak/data/archive',
  ])
})

it.each([
  ['an image of the user', { image: 'registry.example.com:5000/keycloak:26.7.5' }],
  ['a tag that moves', { image: `${IMAGE_REPOSITORY}:latest` }],
  ['a digest', { image: `${IMAGE_REPOSITORY}@sha256:${'0'.repeat(64)}` }],
  ['another database', { environment: { KC_DB: 'postgres' } }],
  ['options for the JVM', { environment: { JAVA_OPTS_APPEND: '-Xmx2g' } }],
  ['a mount', { changes: [['/mine:/opt/keycloak/data']] }],
])('gives no parts to a container with %s', async (_, settings) => {
  expect(await sharedParts({ ...PLAIN, ...settings })).toBeUndefined()
})
