import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute } from 'node:path'

import { expect, it } from 'vitest'

import { assetPath, projectAddresses } from '../../src/assets.ts'

it.each(['realms/fastmcp.json', 'compose/keycloak.yaml', 'package.json'])(
  'the package has the asset %s',
  async (name) => {
    expect(isAbsolute(assetPath(name))).toBe(true)
    expect(await readFile(assetPath(name), 'utf8')).not.toBe('')
  },
)

it('ships each folder that it finds things in', async () => {
  const { files } = JSON.parse(await readFile(assetPath('package.json'), 'utf8'))
  expect(files).toEqual(expect.arrayContaining(['bin', 'dist', 'realms', 'compose']))
})

it.each([
  [{}, {}],
  [
    { homepage: 'https://h.example', bugs: 'https://b.example' },
    { homepage: 'https://h.example', issues: 'https://b.example' },
  ],
  [{ bugs: { url: 'https://b.example' } }, { issues: 'https://b.example' }],
  [{ bugs: {} }, {}],
])('takes the addresses of the project from its manifest: %j', (manifest, addresses) => {
  expect(projectAddresses(manifest)).toEqual(addresses)
})

it('has no address of the project anywhere else', async () => {
  const { homepage, bugs } = JSON.parse(await readFile(assetPath('package.json'), 'utf8'))
  expect(projectAddresses()).toEqual(projectAddresses({ homepage, bugs }))
  const files = await readdir(assetPath('src'), { recursive: true })
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    expect(await readFile(assetPath(`src/${file}`), 'utf8'), file).not.toMatch(/github\.com\/mcp-keycloak/)
  }
})
