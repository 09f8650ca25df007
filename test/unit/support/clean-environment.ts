import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll } from 'vitest'

// What the developer's own shell says to mcp-keycloak must not count in a test.
for (const name of Object.keys(process.env)) {
  if (/^(MCP_KEYCLOAK_|KEYCLOAK_HOME$)/.test(name)) delete process.env[name]
}

// Trust, checksums and the user's own instances lie in the platform's folders: a test file has folders of its own.
const home = mkdtempSync(join(tmpdir(), 'mcp-keycloak-unit-home-'))
for (const name of ['XDG_DATA_HOME', 'XDG_CACHE_HOME']) process.env[name] = join(home, name)
afterAll(() => rmSync(home, { recursive: true, force: true }))
