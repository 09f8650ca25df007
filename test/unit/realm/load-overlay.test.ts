import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { loadOverlay, overlayNames } from '../../../src/realm/load-overlay.ts'
import { renderRealm } from '../../../src/realm/render.ts'
import { BASE_REALM, NO_OPTIONS } from '../support/base-realm.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const NAMES = await overlayNames()

async function file(content: unknown): Promise<string> {
  const path = join(await tempFolder(), 'mine.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('a built-in overlay', () => {
  it.each(NAMES)('the overlay %s fits the base realm', async (name) => {
    const overlay = await loadOverlay(name, BASE_REALM.realm)
    expect(overlay.name).toBe(name)
    expect(() => renderRealm(BASE_REALM, NO_OPTIONS, [overlay])).not.toThrow()
  })

  it('an unknown overlay is refused; a plain word never names a file', async () => {
    const error = await refusal(() => loadOverlay('oauth-prox', 'fastmcp'))
    expect(error).toMatchObject({ code: 'REALM_INVALID', message: 'There is no overlay "oauth-prox".' })
    expect(error.fix).toContain('--with ./my-overlay.json')
  })
})

describe('an overlay of the user', () => {
  it.each([
    ['is not JSON', () => file('{')],
    ['is not an object', () => file('[]')],
    ['is missing', async () => join(await tempFolder(), 'none.json')],
    ['is a folder', async () => `${await tempFolder()}/`],
  ])('is called an overlay when it %s', async (_, make) => {
    const path = await make()
    const error = await refusal(() => loadOverlay(path, 'fastmcp'))
    expect([error.code, error.message]).toEqual(['REALM_INVALID', `The overlay ${path} cannot be used.`])
    expect(error.fix).not.toMatch(/write the realm/i)
  })

  it('an overlay file may have the name of its realm', async () => {
    const content = {
      realm: 'fastmcp',
      displayName: 'Mine',
      clients: [{ clientId: 'mcp-client', name: 'x' }],
    }
    const path = await file(content)
    expect(await loadOverlay(path, 'fastmcp')).toEqual({ name: path, content })
  })

  it.each([
    ['the export of another realm', { realm: 'other', clients: [] }, 'whole realm ("other")'],
    ['an export of the same realm', { id: '0cc175b9', realm: 'fastmcp' }, 'whole realm ("fastmcp")'],
    ['an export without a name', { id: '0cc175b9' }, 'whole realm.'],
  ])('is refused when it is %s', async (_case, content, what) => {
    const path = await file(content)
    const error = await refusal(() => loadOverlay(path, 'fastmcp'))
    expect(error.code).toBe('REALM_INVALID')
    expect(error.message).toContain(what)
    expect(error.fix).toContain(`--realm-file ${path}`)
  })

  it.each([
    ['no JSON', '{"users": [', /It is not JSON/],
    ['a list', '[]', /not a JSON object/],
    ['users that are no list', { users: {} }, /At users: /],
    ['a user without a name', { users: [{ email: 'a@b' }] }, /At users\.0\.username: /],
    ['a client without an id', { clients: [{ name: 'x' }] }, /At clients\.0\.clientId: /],
    ['a scope without a name', { clientScopes: [{ protocolMappers: [] }] }, /At clientScopes\.0\.name: /],
    ['roles that are a list', { roles: ['admin'] }, /At roles: /],
  ])('is refused when it is or has %s', async (_case, content, why) => {
    const error = await refusal(async () => loadOverlay(await file(content), 'fastmcp'))
    expect(error.code).toBe('REALM_INVALID')
    expect(error.why).toMatch(why)
  })

  it('is refused when it is not there', async () => {
    expect(await refusal(() => loadOverlay('/no-such.json', 'fastmcp'))).toMatchInlineSnapshot(`
      ✘ The overlay /no-such.json cannot be used.  [REALM_INVALID]
        Why  There is no such file.
        Fix  Check the path.
    `)
  })
})
