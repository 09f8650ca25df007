import { describe, expect, it } from 'vitest'

import { configSchema } from '../../../../src/config/schema.ts'
import { programOfUri, programsIn } from '../../../../src/operations/logs/client-programs.ts'
import { explain, explainReportSchema } from '../../../../src/operations/logs/explain.ts'
import { explainLogs, refuseLevel } from '../../../../src/operations/logs/explain-logs.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const nothingRuns = async () => configSchema.parse({ dataFolder: await tempFolder() })

describe('explain', () => {
  it('explain needs no server', async () => {
    const report = await explain(await nothingRuns(), ['HTTPS required'])
    expect(explainReportSchema.parse(report)).toEqual(report)
    expect(report.findings).toMatchObject([
      { id: 'https-required', line: 1, count: 1, serverLogAt: null, forget: [] },
    ])
  })

  it('explain tells how the named program forgets its client, else every program', async () => {
    const config = await nothingRuns()
    const forget = async (...lines: string[]) =>
      (await explain(config, lines)).findings[0]?.forget.map(({ program }) => program)
    expect(await forget('~/.claude: claude code said', 'Client not found.')).toEqual(['claude-code'])
    expect((await forget('Client not found.'))?.length).toBeGreaterThan(5)
  })

  it('hears signals while it works', async () => {
    let turns = 0
    let isOver = false
    const turn = () => {
      turns++
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    await explain(await nothingRuns(), Array<string>(1500).fill('unauthorized_client '.repeat(20)))
    isOver = true
    expect(turns).toBeGreaterThan(8) // 600,000 characters
  })

  it('reads so many lines and no more', async () => {
    const { linesRead, truncated } = await explain(await nothingRuns(), [
      'x',
      ...Array<string>(300_000).fill(''),
    ])
    expect([linesRead, truncated]).toEqual([200_000, true])
  }, 120_000)

  it('gives the nearest when nothing is known', async () => {
    const report = await explain(await nothingRuns(), [
      'Standard exchange of tokens is not enabled for this client',
    ])
    expect(report).toMatchObject({ findings: [], nearest: { id: 'token-exchange-off' } })
  })

  it.each([[[]], [['', '  ']]])('refuses a text without words: %j', async (lines) => {
    expect(await refusal(async () => explain(await nothingRuns(), lines))).toMatchObject({
      code: 'USAGE_INVALID',
    })
  })

  it('stops reading where a text has no end', async () => {
    const endless = function* () {
      for (;;) yield 'x'.repeat(1_000_000)
    }
    expect(await explain(await nothingRuns(), endless())).toMatchObject({ truncated: true, linesRead: 4 })
    const oneLine = `HTTPS required ${'x'.repeat(5_000_000)}`
    expect(await explain(await nothingRuns(), [oneLine])).toMatchObject({
      truncated: true,
      linesRead: 1,
      findings: [{ id: 'https-required' }],
    })
  })
})

describe('a story', () => {
  it('logs --explain refuses an unknown instance', async () => {
    const tell = async () => (await explainLogs(await nothingRuns()).next()).value
    expect(await refusal(tell)).toMatchObject({ code: 'NOT_RUNNING' })
  })

  it('logs --explain takes no level', async () => {
    expect(await refusal(() => refuseLevel('WARN'))).toMatchObject({ code: 'USAGE_INVALID' })
    refuseLevel(undefined)
  })
})

describe('a program', () => {
  it.each([
    ['https://github.com/modelcontextprotocol/inspector', 'MCP Inspector'],
    ['http://127.0.0.1:9999/oauth/callback', undefined], // of MCP Inspector and MCPJam
    ['http://127.0.0.1:9999/auth/callback', 'Windsurf'],
    ['http://127.0.0.1:4711/mcp/oauth/callback', 'OpenCode'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'Cursor'],
    ['http://localhost:3000/callback', undefined],
    ['https://evil.example/', undefined],
    ['no URI', undefined],
  ])('is known by the URI that it registers with, when it alone does: %s', (uri, program) => {
    expect(programOfUri(uri)).toBe(program)
  })

  it('is known by its name in a log', () => {
    expect(programsIn('[mcp-remote] Fatal error')).toEqual(['mcp-remote'])
    expect(programsIn('site-packages/fastmcp/client/auth/oauth.py')).toEqual(['fastmcp-client'])
    expect(programsIn('something else')).toEqual([])
    expect(programsIn('401 Unauthorized')).toEqual([]) // not Zed
    expect(programsIn('Zed/0.210: 401')).toEqual(['zed'])
  })
})
