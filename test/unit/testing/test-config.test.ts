import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it, onTestFinished, vi } from 'vitest'

import { CONFIG_FILE_NAME } from '../../../src/config/config-file.ts'
import { ownConfig } from '../../../src/testing/start-keycloak.ts'
import { testConfig } from '../../../src/testing/test-config.ts'
import { tempFolder } from '../support/temp-folder.ts'

it.each([
  ['a server that runs', () => testConfig({}, {})],
  ['a new server', () => ownConfig({})],
])('warnings about the config file are process warnings, once for each: %s', async (_, resolve) => {
  const cwd = await tempFolder()
  await writeFile(join(cwd, CONFIG_FILE_NAME), '{"realmFile":"/etc/passwd"}')
  vi.spyOn(process, 'cwd').mockReturnValue(cwd)
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => void vi.restoreAllMocks())
  await resolve()
  await resolve()
  const text = `${join(cwd, CONFIG_FILE_NAME)} names a file outside the project: /etc/passwd`
  expect(warned.mock.calls).toEqual([[text, { code: 'MCP_KEYCLOAK_CONFIG' }]])
})
