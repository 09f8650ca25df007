import { Chalk } from 'chalk'
import { expect, it } from 'vitest'

import { renderInit } from '../../../../src/cli/commands/init.ts'

const chalk = new Chalk({ level: 0 })
const text = (lines: readonly string[]) => lines.map((line) => line.trimEnd()).join('\n')

it('init prints the path and the contents of the file', () => {
  const config = { $schema: './node_modules/mcp-keycloak/mcp-keycloak.schema.json', realm: 'shop' }
  const report = { schemaVersion: 1, path: '/p/mcp-keycloak.config.json', config, warnings: [] } as const
  expect(text(renderInit(report, chalk))).toMatchInlineSnapshot(`
    "✔ Written: /p/mcp-keycloak.config.json

      {
        "$schema": "./node_modules/mcp-keycloak/mcp-keycloak.schema.json",
        "realm": "shop"
      }

      Next                mcp-keycloak up   start Keycloak with these options"
  `)
})
