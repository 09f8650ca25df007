import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it, vi } from 'vitest'

import { type Config, configSchema } from '../../../src/config/schema.ts'
import {
  plannedRealmName,
  planRealm,
  realmWithOverlay,
  rememberedOrReason,
  rememberedRealm,
} from '../../../src/provisioning/plan-realm.ts'
import { mcpUrls } from '../../../src/realm/patches/audience.ts'
import { testUsers } from '../../../src/realm/patches/users.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const config = (options: Partial<Config> = {}): Config => ({ ...configSchema.parse({}), ...options })
const OTHER_URL = { mcpUrl: ['http://a.test/mcp'] }

describe('the name of the realm', () => {
  it('is as asked for, else as the realm file says', async () => {
    const realmFile = join(await tempFolder(), 'realm.json')
    await writeFile(realmFile, '{"realm":"mine"}')
    expect(await plannedRealmName(config())).toBe('fastmcp')
    expect(await plannedRealmName(config({ realmFile }))).toBe('mine')
    expect(await plannedRealmName(config({ realmFile, realm: 'asked' }))).toBe('asked')
  })
})

describe('a planned realm', () => {
  it('has its name from a placeholder also in the name of its default role', async () => {
    const realmFile = join(await tempFolder(), 'realm.json')
    const user = {
      username: 'ann',
      credentials: [{ value: 'pw' }],
      realmRoles: ['default-roles-${SHOP_REALM}'],
    }
    await writeFile(realmFile, JSON.stringify({ realm: '${SHOP_REALM}', enabled: true, users: [user] }))
    vi.stubEnv('SHOP_REALM', 'Shop')
    for (const [realm, name] of [
      [undefined, 'shop'],
      ['other', 'other'],
    ] as const) {
      const planned = await planRealm(config({ realmFile, with: ['mcp'], ...(realm && { realm }) }))
      expect(planned.realm.users?.[0]?.realmRoles).toContain(`default-roles-${name}`)
      expect(planned.warnings).toEqual([])
    }
    vi.unstubAllEnvs()
  })

  it('remembers its options, so that no later command has to repeat them', async () => {
    const first = await planRealm(config({ ...OTHER_URL, user: ['bob'] }))
    const later = await planRealm(config(), first.record)
    expect(later).toEqual(first)
    expect(mcpUrls(later.realm)).toEqual(OTHER_URL.mcpUrl)
  })

  it('takes what is asked for now before what it remembers, option by option', async () => {
    const first = await planRealm(config({ ...OTHER_URL, user: ['bob'] }))
    const later = await planRealm(config({ user: ['alice'] }), first.record)
    expect(mcpUrls(later.realm)).toEqual(OTHER_URL.mcpUrl)
    expect(testUsers(later.realm).map(({ username }) => username)).toEqual(['testuser', 'testadmin', 'alice'])
    expect(later.record.hash).not.toBe(first.record.hash)
  })

  it('a remembered realm is planned again unchanged', async () => {
    const first = await planRealm(config({ ...OTHER_URL, realm: 'r' }))
    expect(await rememberedRealm('r', first.record)).toEqual(first)
  })

  it('knows again when its file has changed', async () => {
    const realmFile = join(await tempFolder(), 'realm.json')
    await writeFile(realmFile, '{"realm":"mine"}')
    const first = await planRealm(config({ realmFile }))
    await writeFile(realmFile, '{"realm":"mine","enabled":true}')
    expect((await planRealm(config(), first.record)).record.hash).not.toBe(first.record.hash)
  })

  it('an unmanaged realm remembers nothing', async () => {
    expect(await planRealm(config(), null)).toEqual(await planRealm(config()))
  })

  it('is refused when its file is not there', async () => {
    expect((await refusal(() => planRealm(config({ realmFile: '/no/such.json' })))).code).toBe(
      'REALM_INVALID',
    )
  })
})

describe('a remembered realm', () => {
  it('whose file is gone gives the reason, with the name of the file', async () => {
    const realmFile = join(await tempFolder(), 'gone.json')
    await writeFile(realmFile, '{"realm":"mine"}')
    const { record } = await planRealm(config({ realmFile }))
    expect(await rememberedOrReason('mine', record)).toMatchObject({ realm: { realm: 'mine' } })
    await rm(realmFile)
    const plan = await rememberedOrReason('mine', record)
    expect('reason' in plan && plan.reason).toContain(realmFile)
  })

  it('a realm whose file or overlay is gone needs another one', async () => {
    const folder = await tempFolder()
    const [realmFile, overlay] = [join(folder, 'mine.json'), join(folder, 'more.json')]
    await writeFile(realmFile, '{"realm":"mine"}')
    await writeFile(overlay, '{}')
    const { record } = await planRealm(config({ realmFile, with: [overlay] }))
    for (const file of [overlay, realmFile]) {
      await rm(file)
      const error = await refusal(() => planRealm(config(), record))
      expect(error).toMatchObject({ code: 'REALM_INVALID', message: expect.stringContaining(file) })
      expect(error.why).toContain('no such file')
      expect(error.fix).toMatch(/--realm-file <file>.*--with <file>/)
    }
    const given = await refusal(() => planRealm(config({ realmFile }), record))
    expect(given).toMatchInlineSnapshot(`
      ✘ The realm file <temp>/mine.json cannot be used.  [REALM_INVALID]
        Why  There is no such file.
        Fix  Check the path.
    `)
    await writeFile(realmFile, '{"realm":"mine"}')
    const another = join(folder, 'another.json')
    await writeFile(another, '{"displayName":"Another"}')
    expect(await planRealm(config({ with: [another] }), record)).toMatchObject({
      realm: { realm: 'mine', displayName: 'Another' },
    })
  })

  it('an overlay may come without a file', async () => {
    const { options } = await planRealm(config({ user: ['bob'] }))
    const content = { displayName: 'Mine', users: [{ username: 'eve' }] }
    const realm = await realmWithOverlay('shop', options, { name: 'new', content })
    expect(realm).toMatchObject({ realm: 'shop', displayName: 'Mine' })
    expect(realm.users?.map(({ username }) => username)).toEqual(['testuser', 'testadmin', 'eve', 'bob'])
  })
})
