import { expect, it } from 'vitest'

import { command } from '../../../src/config/command.ts'
import { type Config, DEFAULT_CONFIG } from '../../../src/config/schema.ts'
import * as library from '../../../src/index.ts'
import { targeted, targetedStream } from '../../../src/operations/targeted.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const OLD_SHOP: Config = { ...DEFAULT_CONFIG, instance: 'old', realm: 'shop' }

it('an operation of the library names the target of its options in its advice', async () => {
  const config = { ...OLD_SHOP, dataFolder: await tempFolder() }
  const { fix } = await refusal(() => library.token(config))
  expect(fix).toBe('mcp-keycloak up --realm shop --instance old')
  const noText = await refusal(() => library.explain(config, []))
  expect(noText.fix).toContain('mcp-keycloak explain --instance old --realm shop < client.log')
})

it('an operation with one result after another names it too', async () => {
  const config = { ...OLD_SHOP, dataFolder: await tempFolder() }
  const { fix } = await refusal(() => library.logs(config, { level: 'LOUD' }).next())
  expect(fix).toBe('mcp-keycloak logs --instance old --level WARN')
})

it('two calls at the same time have their own targets', async () => {
  const down = targeted(async (_: Config) => {
    await new Promise(setImmediate)
    return command('down')
  })
  const [old, other] = await Promise.all([down(OLD_SHOP), down(DEFAULT_CONFIG)])
  expect([old, other]).toEqual(['mcp-keycloak down --instance old', 'mcp-keycloak down'])
})

it('the end of the loop ends the operation', async () => {
  const ended: string[] = []
  const counted = targetedStream(async function* (_: Config) {
    try {
      for (let count = 0; ; count++) yield `${count} ${command('down')}`
    } finally {
      ended.push(command('status'))
    }
  })
  for await (const line of counted(OLD_SHOP)) {
    expect(line).toBe('0 mcp-keycloak down --instance old')
    break
  }
  expect(ended).toEqual(['mcp-keycloak status --instance old'])
})
