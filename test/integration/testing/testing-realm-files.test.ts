import { resolve } from 'node:path'

import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { nameSharedKeycloak } from '../../helpers/keycloak/named-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { consumerProject, runner } from '../../helpers/projects/consumer-project.ts'

/** A file whose users, roles and authorization policies have ids that refer to each other. */
const REALM_FILE = resolve('test/fixtures/realm-files/authorization-services.json')

const test = `
import { test } from 'mcp-keycloak/testing/vitest'

test('ann logs in', async ({ expect, realm }) => {
  const token = await realm.token({ user: 'ann' })
  const { sub, aud, realm_access } = await realm.introspect(token)
  expect(realm_access.roles).toContain('editor')
  expect(aud).toContain('http://localhost:8000/mcp')
  console.log('worker', realm.name, sub)
})`

beforeEach(nameSharedKeycloak)
afterEach(() => {
  vi.unstubAllEnvs()
})

const names = async () =>
  (await (await sharedAdmin()).realms.find({ briefRepresentation: true })).map(({ realm }) => realm)

it('gives each Vitest worker a realm of the same file, with ids of its own', async () => {
  const before = await names()
  await using project = await consumerProject(
    {
      'vitest.config.js': `export default { test: { globalSetup: ['./setup.js'], maxWorkers: 2, testTimeout: 60_000 } }`,
      'setup.js': `
        import { setupKeycloak } from 'mcp-keycloak/testing'
        export default setupKeycloak({ realmFile: ${JSON.stringify(REALM_FILE)}, with: ['mcp'] })`,
      'one.test.js': test,
      'two.test.js': test,
    },
    ['vitest'],
  )
  const { exitCode, all } = await runner(project, 'vitest/vitest.mjs', ['run'])
  expect(exitCode, all).toBe(0)
  const workers = [...all.matchAll(/^worker (\S+) (\S+)$/gm)]
  expect(new Set(workers.map(([, realm]) => realm)).size, all).toBe(2)
  expect(new Set(workers.map(([, , sub]) => sub)).size).toBe(2)
  expect(await names()).toEqual(before)
})
