import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { cli, start } from '../../helpers/program/cli.ts'

const { url, admin } = sharedKeycloak()

let env: Readonly<Record<string, string>>
let dataFolder: string
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-exec-'))
  env = {
    MCP_KEYCLOAK_KEYCLOAK_URL: url,
    MCP_KEYCLOAK_ADMIN_USERNAME: admin.username,
    MCP_KEYCLOAK_ADMIN_PASSWORD: admin.password,
    MCP_KEYCLOAK_DATA_FOLDER: dataFolder,
  }
})
afterAll(() => rm(dataFolder, { recursive: true, force: true }))

const realmNames = async () => (await (await sharedAdmin()).realms.find()).map(({ realm }) => realm)
const left = () => readdir(join(dataFolder, 'ephemeral'))

it('exec --ephemeral creates and deletes a realm on an external Keycloak', async () => {
  const script =
    'echo $KEYCLOAK_REALM $MCP_KEYCLOAK_REALM $KEYCLOAK_ISSUER; curl -sf $KEYCLOAK_ISSUER >/dev/null && exit 4'
  const { exitCode, stdout, stderr } = await cli(['exec', '--ephemeral', '--', 'sh', '-c', script], { env })
  const [realm = '', sameRealm, issuer] = stdout.split(' ')
  expect([exitCode, sameRealm, issuer], stderr).toEqual([4, realm, `${url}/realms/${realm}`])
  expect(realm).toMatch(/^fastmcp-[0-9a-f]{8}$/)
  expect(await realmNames()).not.toContain(realm)
  expect(await left()).toEqual([])
})

it('what a killed exec --ephemeral leaves there is deleted by the next one', async () => {
  const script = 'echo $KEYCLOAK_REALM $$; while :; do sleep 0.2; done'
  const args = ['exec', '--ephemeral', '--no-proof', '--', 'sh', '-c', script]
  const running = start(args, { env })
  const line = await new Promise<string>((resolve) =>
    running.stdout.once('data', (text) => resolve(String(text))),
  )
  const [realm = '', child] = line.trim().split(' ')
  running.kill('SIGKILL')
  process.kill(Number(child), 'SIGKILL') // nobody else does; it holds the standard output
  await running
  expect(await realmNames()).toContain(realm)
  const { exitCode, stderr } = await cli(['exec', '--ephemeral', '--no-proof', '--', 'true'], { env })
  expect(exitCode, stderr).toBe(0)
  expect(stderr).toContain(`Removing ${realm}`)
  expect(await realmNames()).not.toContain(realm)
  expect(await left()).toEqual([])
})

it('exec --ephemeral ends with the reason when that Keycloak refuses the administrator', async () => {
  const wrong = { ...env, MCP_KEYCLOAK_ADMIN_PASSWORD: 'wrong-on-purpose' }
  const { exitCode, stdout, stderr } = await cli(['exec', '--ephemeral', '--', 'true'], { env: wrong })
  expect([exitCode, stdout]).toEqual([5, ''])
  expect(stderr).toContain('[ADMIN_LOGIN_REFUSED]')
})
