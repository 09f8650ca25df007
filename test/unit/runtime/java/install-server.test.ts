import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { installServer, removeOutlived } from '../../../../src/runtime/java/install-server.ts'
import { rememberChecksum } from '../../../../src/runtime/known-checksums.ts'
import type { RunContext } from '../../../../src/runtime/runtime.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { zipOf } from '../../support/zip.ts'

/** No checksum is pinned for it. */
const VERSION = '26.6.99'
const BUILD = { version: VERSION, features: [] }
const ZIP = zipOf([
  { name: 'keycloak/' },
  { name: 'keycloak/version.txt', text: `Keycloak - Version ${VERSION}\n` },
])

async function context(): Promise<RunContext> {
  const listener = { onStep: () => {}, onWarning: () => {}, signal: undefined }
  return { instance: 'default', folder: await tempFolder(), ...listener }
}

/** A cache that has the zip already. */
async function cacheWith(zip: Buffer | string) {
  const cache = await tempFolder()
  await writeFile(join(cache, `keycloak-${VERSION}.zip`), zip)
  await rememberChecksum(`keycloak-${VERSION}.zip`, createHash('sha256').update(zip).digest('hex'))
  return { cache, keycloakHome: undefined }
}

/** A distribution that somebody has unpacked. */
async function unpacked() {
  const keycloakHome = await tempFolder()
  await writeFile(join(keycloakHome, 'version.txt'), `Keycloak - Version ${VERSION}\n`)
  return { cache: '/nowhere', keycloakHome }
}

const SOURCES = [
  ['unpacked', () => cacheWith(ZIP)],
  ['copied', unpacked],
] as const

describe("an instance's server", () => {
  it.each(SOURCES)('is %s whole, whatever an interrupted attempt has left', async (_, source) => {
    const given = await context()
    await mkdir(join(given.folder, `keycloak-${VERSION}.partial`))
    await writeFile(join(given.folder, `keycloak-${VERSION}.partial`, 'left-over'), '')
    await installServer(BUILD, await source(), given)
    expect(await readdir(given.folder)).toEqual([`keycloak-${VERSION}`])
    expect(await readdir(join(given.folder, `keycloak-${VERSION}`))).toEqual(['version.txt'])
  })

  it.each(SOURCES)('a distribution that cannot be %s is a documented error', async (_, source) => {
    const given = await context()
    await writeFile(join(given.folder, `keycloak-${VERSION}`), 'in the way')
    const error = await refusal(async () => installServer(BUILD, await source(), given))
    expect(error.code).toBe('STATE_UNWRITABLE')
    expect(error.why).toContain('ENOTDIR')
    expect(await readFile(join(given.folder, `keycloak-${VERSION}`), 'utf8')).toBe('in the way')
  })

  it('is not made of an archive that is none', async () => {
    const source = await cacheWith('<html>404</html>')
    const error = await refusal(async () => installServer(BUILD, source, await context()))
    expect(error).toMatchObject({
      code: 'DISTRIBUTION_CORRUPT',
      fix: expect.stringContaining('Delete the file'),
    })
    expect(error.message).toContain(join(source.cache, `keycloak-${VERSION}.zip`))
  })
})

it('is the only one of its instance once it has answered', async () => {
  const { folder } = await context()
  for (const name of ['keycloak-26.6.4', 'keycloak-26.6.4.partial', `keycloak-${VERSION}`, 'keys'])
    await mkdir(join(folder, name, 'data'), { recursive: true })
  await writeFile(join(folder, 'keycloak.log'), '')
  await removeOutlived(folder, VERSION)
  expect((await readdir(folder)).sort()).toEqual([`keycloak-${VERSION}`, 'keycloak.log', 'keys'])
})

it('leaves one of another version alone that has providers of the user', async () => {
  const { folder } = await context()
  await mkdir(join(folder, 'keycloak-26.6.4', 'providers'), { recursive: true })
  await writeFile(join(folder, 'keycloak-26.6.4', 'providers', 'mine.jar'), '')
  await removeOutlived(folder, VERSION)
  await removeOutlived(join(folder, 'not-there'), VERSION)
  expect(await readdir(folder)).toEqual(['keycloak-26.6.4'])
})
