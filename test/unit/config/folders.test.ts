import { isAbsolute, join } from 'node:path'

import { expect, it } from 'vitest'

import { folders, instanceFolder } from '../../../src/config/folders.ts'

const platform = folders({ dataFolder: undefined, cacheFolder: undefined })

it("are the platform's own, apart from each other, and not in the project", () => {
  for (const folder of [platform.data, platform.cache]) {
    expect(isAbsolute(folder)).toBe(true)
    expect(folder).toContain('mcp-keycloak')
    expect(folder.startsWith(process.cwd())).toBe(false)
  }
  expect(platform.data).not.toBe(platform.cache)
})

it('each folder follows its own option', () => {
  expect(folders({ dataFolder: '/d', cacheFolder: undefined })).toEqual({ data: '/d', cache: platform.cache })
  expect(folders({ dataFolder: undefined, cacheFolder: '/c' })).toEqual({ data: platform.data, cache: '/c' })
})

it('have one for each instance', () => {
  expect(instanceFolder('/d', 'two')).toBe(join('/d', 'instances', 'two'))
})
