import { Parser } from 'htmlparser2'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { formattedDoctor } from '../../../src/cli/commands/doctor.render.ts'
import { formattedVerify } from '../../../src/cli/commands/verify.render.ts'
import { REPORT_FORMATS } from '../../../src/cli/report-formats.ts'
import { CONFIG_FILE_NAME } from '../../../src/config/config-file.ts'
import type { DoctorReport } from '../../../src/operations/doctor/doctor.ts'
import type { VerifyReport } from '../../../src/operations/verify.ts'

/** A text that a server can choose: each format has a meaning for a part of it. */
const HOSTILE = '<b a="1">&amp; ]]> | `x` [y](http://z) \u0007\u001b[31m'

const CURL = "curl -i -X POST -d '{}' http://[::1]:8000/mcp"
const VERIFIED: VerifyReport = {
  schemaVersion: 1,
  mcpUrl: 'http://[::1]:8000/mcp',
  issuer: 'http://localhost:8080/realms/fastmcp',
  framework: HOSTILE,
  checks: [
    { name: 'answers', title: 'It answers', status: 'ok', what: HOSTILE, why: null, fix: null, url: null },
    {
      name: 'aud',
      title: 'Refuses another',
      status: 'fail',
      what: HOSTILE,
      why: `${HOSTILE}\nTwo.`,
      fix: 'Do.',
      url: 'https://www.rfc-editor.org/rfc/rfc9068.html#section-4',
      evidence: [
        { door: 'tools/list', token: 'aud', era: 'legacy', request: 'POST', answer: HOSTILE, curl: CURL },
      ],
    },
    { name: 'browser', title: 'CORS', status: 'warn', what: 'None', why: 'W', fix: 'F', url: null },
    {
      name: 'sig',
      title: 'Refuses forged',
      status: 'skip',
      what: 'Not asked',
      why: null,
      fix: null,
      url: null,
    },
  ],
  score: { passed: 1, warned: 1, failed: 1, skipped: 1, of: 3 },
  warnings: [],
  elapsedMs: 1500,
}

const done = { why: null, fix: null, repair: null, elapsedMs: 10 }
const EXAMINED: DoctorReport = {
  schemaVersion: 1,
  instance: 'default',
  running: true,
  healthy: false,
  checks: [
    { ...done, name: 'docker', title: 'Docker', group: 'machine', status: 'ok', what: 'engine 29' },
    {
      ...done,
      name: 'drift',
      title: 'Drift',
      group: 'realm',
      status: 'fail',
      what: HOSTILE,
      why: 'Y',
      fix: 'Z',
    },
  ],
  mcpServers: [VERIFIED],
  counts: { ok: 1, warn: 0, fail: 1, skip: 0 },
  fixed: null,
  elapsedMs: 2000,
}

const REPORTS = [
  ['verify', formattedVerify(VERIFIED), { tests: 4, failures: 1, skipped: 1, suites: 1 }],
  ['doctor', formattedDoctor(EXAMINED), { tests: 6, failures: 2, skipped: 1, suites: 3 }],
] as const

describe.each(REPORTS)('the report of %s', (command, formatted, counts) => {
  it('is well-formed XML in JUnit, with the counts of its cases', () => {
    const elements = parseXml(REPORT_FORMATS.junit(formatted).join('\n'))
    const of = (name: string) => elements.filter((element) => element.name === name)
    const { suites, ...total } = counts
    const shown = Object.fromEntries(Object.entries(total).map(([name, count]) => [name, `${count}`]))
    expect(of('testsuites')[0]?.attributes).toMatchObject(shown)
    expect(of('testsuite')).toHaveLength(suites)
    expect(of('testcase')).toHaveLength(counts.tests)
    expect(of('failure')).toHaveLength(counts.failures)
    expect(of('skipped')).toHaveLength(counts.skipped)
    expect(of('testcase')[0]?.attributes).toMatchObject({ classname: command })
    expect(of('failure').at(-1)?.attributes.message).toContain('<b a="1">&amp; ]]>')
    expect(of('failure').at(-1)?.text).toContain(CURL)
  })

  it('has in SARIF all that GitHub needs, and a location that GitHub takes', () => {
    const { runs } = sarifSchema.parse(JSON.parse(REPORT_FORMATS.sarif(formatted).join('\n')))
    const [{ tool, results }] = runs
    const ids = tool.driver.rules.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(results.map(({ ruleId, ruleIndex }) => ids[ruleIndex] === ruleId)).not.toContain(false)
    expect(results.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
      ...(command === 'doctor' ? ['error drift'] : []),
      'error aud',
      'warning browser',
    ])
    const uris = results.map(({ locations: [one] }) => one.physicalLocation.artifactLocation.uri)
    expect(uris.at(-1)).toBe('%5B%3A%3A1%5D%3A8000/mcp')
    expect(uris[0]).toBe(command === 'doctor' ? CONFIG_FILE_NAME : uris.at(-1))
  })

  it('is Markdown in which no text of a server has a meaning', () => {
    const lines = REPORT_FORMATS.markdown(formatted)
    const text = lines.join('\n')
    expect(lines[0]).toBe(
      command === 'verify'
        ? '# http://\\[::1\\]:8000/mcp: 1 of 3, 1 failed, 1 warning, 1 not asked'
        : '# doctor: 1 of 2 checks found a fault, 1 of 3 at http://\\[::1\\]:8000/mcp',
    )
    expect(text).toContain('\\<b a="1"\\>&amp;')
    expect(text.replaceAll(/\\[<[`|]/g, '').replaceAll(CURL, '')).not.toMatch(/[<[]|(?<!`)`(?!`)/)
    const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(4)
    expect(text).toContain(`\`\`\`sh\n${CURL}\n\`\`\``)
  })

  it('is the same as --json in JSON', () => {
    expect(JSON.parse(REPORT_FORMATS.json(formatted).join('\n'))).toEqual(formatted.report)
  })
})

const text = z.object({ text: z.string().min(1) })

/** The members of a SARIF file that GitHub code scanning requires. */
const sarifSchema = z.object({
  $schema: z.literal('https://json.schemastore.org/sarif-2.1.0.json'),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.object({
      tool: z.object({
        driver: z.object({
          name: z.string(),
          rules: z.array(
            z.object({
              id: z.string(),
              shortDescription: text,
              fullDescription: text,
              help: text,
              helpUri: z.url().optional(),
            }),
          ),
        }),
      }),
      results: z.array(
        z.object({
          ruleId: z.string(),
          ruleIndex: z.int(),
          level: z.enum(['error', 'warning', 'note']),
          message: text,
          locations: z.tuple([
            z.object({
              physicalLocation: z.object({
                artifactLocation: z.object({ uri: z.string().regex(/^[\w%.-]+(\/[\w%.-]+)*$/) }),
                region: z.object({ startLine: z.literal(1) }),
              }),
            }),
          ]),
          partialFingerprints: z.object({ primaryLocationLineHash: z.string().min(16) }),
        }),
      ),
    }),
  ]),
})

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  text: string
}

/** Parses XML strictly: each element is closed, and each special character is an entity. */
function parseXml(xml: string): readonly Element[] {
  expect(xml).not.toMatch(/&(?!(amp|lt|gt|quot);)/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 does not have them
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
  const all: Element[] = []
  const open: Element[] = []
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        all.push({ name, attributes, text: '' })
        open.push(all.at(-1) as Element)
      },
      ontext(data) {
        const element = open.at(-1)
        if (element) element.text += data
      },
      onclosetag(name) {
        expect(open.pop()?.name).toBe(name)
      },
      onerror(error) {
        throw error
      },
    },
    { xmlMode: true, decodeEntities: true },
  )
  parser.end(xml)
  expect(open).toEqual([])
  return all
}
