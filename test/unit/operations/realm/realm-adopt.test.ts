import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { describe, expect, it } from 'vitest'

import { resolveConfig } from '../../../../src/config/resolve.ts'
import { type RealmAdoptOptions, realmAdopt } from '../../../../src/operations/realm/realm-adopt.ts'
import { registrationPolicies, withPolicies } from '../../../../src/realm/patches/registration-policies.ts'
import { BASE_REALM } from '../../support/base-realm.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const TEAM = resolve('test/fixtures/realm-files/team.json')

async function adopt(flags: object, options: RealmAdoptOptions = {}) {
  const { config } = await resolveConfig({ flags, env: {}, cwd: '/' })
  return realmAdopt(config, options)
}

async function fileOf(realm: object): Promise<string> {
  const path = join(await tempFolder(), 'realm.json')
  await writeFile(path, JSON.stringify(realm))
  return path
}

describe('realm adopt', () => {
  it('writes an overlay for a file, without a server', async () => {
    const output = join(await tempFolder(), 'mcp.json')
    const mcpUrl = ['https://mcp.example.com/mcp']
    const report = await adopt({ realmFile: TEAM, mcpUrl }, { output })
    expect(report).toMatchObject({ realm: 'team', format: 'overlay', output, warnings: [] })
    expect(report.needs.unmet).toEqual([])
    expect(report.content).toBe(await readFile(output, 'utf8'))
    expect(JSON.parse(report.content).clients).toContainEqual(
      expect.objectContaining({ clientId: 'https://mcp.example.com/mcp' }),
    )
  })

  it('adds nothing to the built-in realm', async () => {
    const { content, needs, warnings } = await adopt({ realmFile: resolve('realms/fastmcp.json') })
    expect([JSON.parse(content), needs.met, needs.unmet, warnings]).toEqual([{}, [], [], []])
  })

  it('warns when it assumes the MCP URL', async () => {
    const { warnings } = await adopt({ realmFile: TEAM })
    expect(warnings).toEqual([expect.stringContaining('--mcp-url <url>')])
  })

  it('names the realm of the options in a script', async () => {
    const { content } = await adopt({ realmFile: TEAM, realm: 'shop' }, { format: 'kcadm' })
    expect(content).toMatch(/^REALM='shop'$/m)
    expect(content).toContain("--rolename 'default-roles-shop'")
  })

  it('loosens a stricter setting only after an approval', async () => {
    const realmFile = resolve('test/fixtures/realm-files/registration-refused.json')
    const open = async (answer: boolean) => {
      const { needs } = await adopt({ realmFile }, { format: 'realm', loosen: async () => answer })
      return needs.unmet.map(({ name }) => name)
    }
    expect(await open(false)).toEqual(['registration-open', 'user'])
    expect(await open(true)).toEqual(['user'])
  })

  it('leaves the requirement of https to a real Keycloak', async () => {
    const realmFile = await fileOf({ ...BASE_REALM, sslRequired: 'all' })
    expect((await adopt({ realmFile }, { format: 'kcadm' })).needs.unmet).toEqual([])
    expect((await adopt({ realmFile })).needs.unmet).toMatchObject([{ name: 'ssl-required' }])
  })

  it('says that an overlay cannot remove a policy', async () => {
    const disabled = { name: 'Disabled', providerId: 'client-disabled', subType: 'anonymous' }
    const realmFile = await fileOf(withPolicies(BASE_REALM, [...registrationPolicies(BASE_REALM), disabled]))
    const loosen = async () => true
    const overlay = await adopt({ realmFile }, { loosen })
    expect(overlay.needs.unmet).toMatchObject([{ name: 'enabled-clients' }])
    expect((await adopt({ realmFile }, { format: 'kcadm', loosen })).content).toMatch(
      /^kc delete "components\/.*client-disabled,anonymous.* # enabled-clients$/m,
    )
    expect((await adopt({ realmFile }, { format: 'kubernetes', loosen })).content).toContain('op: remove')
  })

  it.each([
    ['a file that is not there', { realmFile: '/nowhere.json' }, 'REALM_INVALID', 'no such file'],
    ['a patch without a file', { realm: 'shop' }, 'USAGE_INVALID', 'KeycloakRealmImport'],
  ])('realm adopt refuses %s', async (_, flags, code, why) => {
    const error = await refusal(() => adopt(flags, { format: 'kubernetes' }))
    expect(error).toMatchObject({ code, why: expect.stringContaining(why) })
  })
})
