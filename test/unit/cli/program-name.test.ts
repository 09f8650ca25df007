import { expect, it } from 'vitest'

import { programName } from '../../../src/cli/program-name.ts'

it.each([
  ['through npx', { npm_command: 'exec' }, 'npx mcp-keycloak'],
  [
    'from this checkout',
    { npm_lifecycle_event: 'up', npm_package_name: 'mcp-keycloak' },
    'npm run mcp-keycloak --',
  ],
  ["from another project's script", { npm_lifecycle_event: 'dev', npm_package_name: 'shop' }, 'mcp-keycloak'],
  ['by its own name', {}, 'mcp-keycloak'],
])('is called %s as the user called it', (_, env, name) => {
  expect(programName(env)).toBe(name)
})
