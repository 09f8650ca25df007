import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it } from 'vitest'

import { configSchema } from '../../../src/config/schema.ts'
import { knownInstance } from '../../../src/instance/known-instance.ts'
import { preferredPrograms } from '../support/fake-programs.ts'
import { tempFolder } from '../support/temp-folder.ts'

beforeEach(() => preferredPrograms({ docker: 'exit 1' }))

const LOG = `2026-11-28 08:00:00,000 WARN  [org.keycloak.common.Profile] (main) Experimental features enabled: cimd:v1
2026-11-28 08:00:01,000 INFO  [io.quarkus] (main) Keycloak started. Listening on: http://127.0.0.1:8123. Management interface listening on http://127.0.0.1:9123.
`

/** A stopped instance `shop` without a usable state. */
async function damaged(files: Readonly<Record<string, string>>) {
  const dataFolder = await tempFolder()
  const folder = join(dataFolder, 'instances', 'shop')
  for (const [name, text] of Object.entries({ 'state.json': 'garbage', ...files })) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return knownInstance(configSchema.parse({ dataFolder, instance: 'shop' }))
}

describe('a damaged state of a stopped instance', () => {
  it("a damaged state is recovered from the server's folder and its last log", async () => {
    const known = await damaged({
      'keycloak-26.6.4/data/h2/keycloakdb.mv.db': '',
      'keycloak-26.7.5/version.txt': '',
      'keycloak.log': LOG,
      'admin.json': '{"username":"admin","password":"pw"}',
    })
    expect(known).toMatchObject({
      running: false,
      runtime: 'java',
      damage: 'it is not JSON',
      state: {
        // The newer server has no database yet: an `up` was killed before it took over the data.
        ...{ version: '26.6.4', chosenVersion: '26.6.4', port: 8123, managementPort: 9123 },
        ...{ features: ['cimd'], admin: { username: 'admin', password: 'pw' } },
      },
      warnings: [expect.stringMatching(/ recovered .+ 26\.6\.4, port 8123/)],
    })
  })

  it('a damaged state is recovered from the previous log when the last start failed', async () => {
    const known = await damaged({
      'keycloak-26.7.5/data/h2/keycloakdb.mv.db': '',
      'keycloak.log': 'ERROR: Failed to start server\n',
      'keycloak.log.1': LOG,
    })
    expect(known.state).toMatchObject({ port: 8123, features: ['cimd'], admin: undefined })
  })

  it('is recovered with other ports when nothing says which it had', async () => {
    const { state } = await damaged({ 'keycloak-26.7.5/data/h2/keycloakdb.mv.db': '' })
    expect(state?.port).toBeGreaterThan(8080)
    expect(state).not.toHaveProperty('chosenVersion')
  })

  it('cannot be recovered where there is no server', async () => {
    expect(await damaged({})).toEqual({
      state: undefined,
      runtime: undefined,
      running: false,
      damage: 'it is not JSON',
      warnings: [expect.stringMatching(/"shop".+state\.json: it is not JSON/)],
    })
  })
})
