import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { loadRealm } from '../../../src/realm/load.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

async function file(text: string, name = 'realm.json'): Promise<string> {
  const path = join(await tempFolder(), name)
  await writeFile(path, text)
  return path
}

const WANTED = { realm: 'shop', enabled: true }

const IMPORT = `apiVersion: k8s.keycloak.org/v2alpha1
kind: KeycloakRealmImport
metadata:
  name: shop
spec:
  keycloakCRName: keycloak
  realm:
    realm: shop
    enabled: true
`

describe('a realm file may be', () => {
  it.each<[string, string, string?]>([
    ['JSON with a byte order mark', `\uFEFF${JSON.stringify(WANTED)}`],
    ['an array with one realm', JSON.stringify([WANTED])],
    ['YAML', 'realm: shop\nenabled: true\n', 'realm.yaml'],
    ['YAML under another name', 'realm: shop\nenabled: true\n', 'realm.txt'],
    ['YAML with anchors', 'x: &on true\nrealm: shop\nenabled: *on\n', 'realm.yml'],
    ['a KeycloakRealmImport', IMPORT, 'realm.yaml'],
    [
      'a KeycloakRealmImport beside other resources',
      `kind: Namespace\nmetadata: {}\n---\n${IMPORT}---\n`,
      'all.yaml',
    ],
    [
      'a KeycloakRealmImport in JSON',
      JSON.stringify({ kind: 'KeycloakRealmImport', spec: { realm: WANTED } }),
    ],
    [
      'a list of resources',
      JSON.stringify({ kind: 'List', items: [{ kind: 'KeycloakRealmImport', spec: { realm: WANTED } }] }),
    ],
    [
      'a ConfigMap',
      `kind: ConfigMap\ndata:\n  note: text\n  shop.json: |\n    ${JSON.stringify(WANTED)}\n`,
      'map.yaml',
    ],
    ['a Secret', `kind: Secret\ndata:\n  shop.json: ${btoa(JSON.stringify(WANTED))}\n`, 'secret.yaml'],
  ])('%s', async (_kind, text, name) => {
    expect(await loadRealm(await file(text, name))).toMatchObject(WANTED)
  })

  it('JSON with a placeholder for a number', async () => {
    const path = await file('{"realm":"shop","accessTokenLifespan": ${TTL:300},"displayName":"a: ${B}, c"}')
    expect(await loadRealm(path)).toMatchObject({ accessTokenLifespan: '${TTL:300}' })
  })
})

describe('a file with several realms', () => {
  const text = JSON.stringify([WANTED, { realm: 'other' }])

  it('gives the one with the wanted name', async () => {
    expect(await loadRealm(await file(text), 'other')).toEqual({ realm: 'other' })
  })

  it('is refused without a name, with all names', async () => {
    const path = await file(text)
    expect(await refusal(() => loadRealm(path))).toMatchObject({
      why: expect.stringContaining(': shop, other.'),
      fix: 'Choose one: --realm shop',
    })
  })
})

describe('a file is refused', () => {
  it.each<[string, string, RegExp, string?]>([
    [
      'as a Helm template in JSON',
      '{\n  "realm": "r",\n  "roles": {{ .Values.roles }}\n}',
      /Helm template: line 3/,
    ],
    [
      'as a Helm template in YAML',
      'realm:\n  realm: {{ .Values.name }}\n',
      /Helm template: line 2/,
      'r.yaml',
    ],
    ["as Keycloak's own realm", '{"realm":"master"}', /own realm master/],
    ['as broken YAML, with the line', 'realm: r\nusers: [\n', /not YAML: .* at line \d+/, 'r.yaml'],
    ['as broken JSON, as ever', '{"realm": fastmcp}', /^It is not JSON: /],
    [
      'as a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((key, at) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[at]}`)}]`).join('\n')}\nrealm: r\n`,
      /too many aliases/,
      'r.yaml',
    ],
    ['as a circle of aliases', 'realm: r\nx: &x\n  y: *x\n', /its own contents/, 'r.yaml'],
    ['as nested too deeply', `realm: r\nx: ${'['.repeat(600)}${']'.repeat(600)}\n`, /levels deep/, 'r.yaml'],
    [
      'as nested far too deeply',
      `realm: r\nx: ${'['.repeat(60_000)}${']'.repeat(60_000)}\n`,
      /levels deep|not YAML/,
      'r.yaml',
    ],
    ['as too much YAML', `realm: r\nx: ${'a'.repeat(9 * 1024 * 1024)}\n`, /more than 8 MiB/, 'r.yaml'],
  ])('%s', async (_kind, text, why, name) => {
    const path = await file(text, name)
    expect((await refusal(() => loadRealm(path))).why).toMatch(why)
  })
})

it('20 MB of JSON are read in less than five seconds', async () => {
  const users = Array.from({ length: 100_000 }, (_, at) => ({
    username: `user-${at}`,
    attributes: { x: ['y'.repeat(150)] },
  }))
  const path = await file(JSON.stringify({ ...WANTED, users }))
  const startedAt = performance.now()
  await loadRealm(path)
  expect(performance.now() - startedAt).toBeLessThan(5000)
})
