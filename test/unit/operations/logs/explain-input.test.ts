import { describe, expect, it } from 'vitest'

import { configSchema } from '../../../../src/config/schema.ts'
import { explain } from '../../../../src/operations/logs/explain.ts'
import { failureList, failureListSchema } from '../../../../src/operations/logs/failure-list.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const explained = async (...lines: string[]) =>
  explain(configSchema.parse({ dataFolder: await tempFolder() }), lines)

describe('explain', () => {
  it.each([
    ['an archive', 'PK\u0003\u0004\u0014\u0000'],
    ['random bytes', '\ufffd\u0001a\ufffd\u0002\ufffd'.repeat(20)],
    ['random bytes with a short first line', 'a\n', '\ufffd\u0001a\ufffd\u0002\ufffd'.repeat(20)],
    ['zeros', '\0'.repeat(3000)],
  ])('explain refuses %s', async (_, ...lines) => {
    const error = await refusal(() => explained(...lines))
    expect(error.code).toBe('USAGE_INVALID')
    expect(error).toMatchSnapshot()
  })

  it('reads a file that PowerShell wrote', async () => {
    const line = [...'HTTPS required'].join('\u0000')
    expect((await explained(`\ufffd\ufffd${line}`)).findings).toMatchObject([{ id: 'https-required' }])
  })

  it('reports cause, ecosystem, values and confidence', async () => {
    const text = 'oidc: expected audience "http://localhost:8000/mcp" got ["account"]'
    const { findings, next } = await explained(text)
    expect(findings).toMatchObject([
      {
        cause: 'audience',
        confidence: 'certain',
        ecosystem: { name: 'go' },
        values: { expected: 'http://localhost:8000/mcp', got: '["account"]' },
      },
    ])
    expect(next).toEqual([])
  })

  it('names three commands for the program when nothing is certain', async () => {
    const { findings, next, ecosystem } = await explained('[MCP Inspector] something odd')
    expect([findings.length, ecosystem?.name, next.length]).toEqual([0, 'inspector', 3])
    const possible = await explained('Server returned 401 after successful authentication')
    expect([possible.findings[0]?.confidence, possible.next.length]).toEqual(['possible', 3])
  })

  it('lists every failure with its cause', () => {
    const list = failureListSchema.parse(failureList())
    expect(list.failures.length).toBeGreaterThan(120)
  })
})
