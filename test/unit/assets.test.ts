import { readFile } from 'node:fs/promises'
import { isAbsolute } from 'node:path'

import { expect, it } from 'vitest'

import { assetPath } from '../../src/assets.ts'

it.each(['realms/fastmcp.json', 'compose/keycloak.yaml', 'package.json'])('finds %s', async (name) => {
  expect(isAbsolute(assetPath(name))).toBe(true)
  expect(await readFile(assetPath(name), 'utf8')).not.toBe('')
})

it('ships each folder that it finds things in', async () => {
  const { files } = JSON.parse(await readFile(assetPath('package.json'), 'utf8'))
  expect(files).toEqual(expect.arrayContaining(['bin', 'dist', 'realms', 'compose']))
})
