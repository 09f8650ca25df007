import { readFile } from 'node:fs/promises'

import { parse } from 'acorn'
import { expect, it } from 'vitest'

/** Node 12, the oldest Node with modules, reads ES2019, `import()` and `import.meta`. */
const OLDEST = 2019

it('the program is readable to Node 12, which then names the Node it needs', async () => {
  const text = await readFile(new URL('../../bin/mcp-keycloak.js', import.meta.url), 'utf8')
  const parsed = () =>
    parse(text.replaceAll(/\bimport(?=\(|\.meta)/g, 'load'), {
      ecmaVersion: OLDEST,
      sourceType: 'module',
      allowHashBang: true,
    })
  expect(parsed).not.toThrow()
  expect(parsed().body.length).toBeGreaterThan(2)
})
