import { expect, it } from 'vitest'

import { resolveConfig } from '../../../src/config/resolve.ts'
import { prepare } from '../../../src/operations/prepare.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

it('refuses an external Keycloak, which shares nothing', async () => {
  const env = { MCP_KEYCLOAK_KEYCLOAK_URL: 'http://localhost:1' }
  const resolved = await resolveConfig({ flags: {}, env, cwd: await tempFolder() })
  const error = await refusal(() => prepare(resolved))
  expect(error).toMatchObject({ code: 'USAGE_INVALID', fix: expect.stringContaining('mcp-keycloak prepare') })
})
