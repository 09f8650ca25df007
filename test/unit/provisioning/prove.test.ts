import { expect, it } from 'vitest'

import { realmEndpoints } from '../../../src/config/endpoints.ts'
import { prove } from '../../../src/provisioning/prove.ts'
import { BASE_REALM_FILE, loadRealm } from '../../../src/realm/load.ts'
import { freePort } from '../../../src/runtime/probe-port.ts'

const endpoints = realmEndpoints(`http://127.0.0.1:${await freePort()}`, 'fastmcp')
const base = await loadRealm(BASE_REALM_FILE)

it('says nothing of playing a client when there is nothing to play with', async () => {
  const steps: string[] = []
  const onStep = (step: string) => steps.push(step)
  expect(await prove({ ...base, users: [] }, endpoints, {}, onStep)).toBeUndefined()
  expect(await prove({ ...base, clients: [] }, endpoints, {}, onStep)).toBeUndefined()
  expect(steps).toEqual([])
})

it('says that it plays a client when it does', async () => {
  const steps: string[] = []
  await expect(prove(base, endpoints, {}, (step) => steps.push(step))).rejects.toThrow()
  expect(steps).toMatchInlineSnapshot(`
    [
      "Playing a client: register, log in, check the token",
    ]
  `)
})
