import { createHash } from 'node:crypto'

import type { VerifyReport } from '../operations/verify.ts'
import { printableJson } from '../printable.ts'

/** A check of `verify` or `doctor`, with its result. */
type ReportedCheck = Omit<VerifyReport['checks'][number], 'url'> & { readonly url?: string | null }

/** The checks of one subject. */
export interface ReportedSuite {
  /** The command that has such checks. */
  readonly command: 'verify' | 'doctor'
  /** The subject, e.g. an MCP URL. */
  readonly name: string
  /** A relative URI. GitHub refuses a whole file with any other, such as an MCP URL. */
  readonly location: string
  readonly checks: readonly ReportedCheck[]
  readonly elapsedMs: number
}

/** A report in the form that all formats need. */
export interface FormattedReport {
  /** The report of `--json`. */
  readonly report: unknown
  /** The result, in one line. */
  readonly title: string
  /** Facts on the subject, in one line. */
  readonly facts: string
  readonly suites: readonly ReportedSuite[]
}

/** The formats of a result for programs. Each returns lines. */
export const REPORT_FORMATS = { json: inJson, junit: inJunit, sarif: inSarif, markdown: inMarkdown } as const
export type ReportFormat = keyof typeof REPORT_FORMATS

function inJson({ report }: FormattedReport): readonly string[] {
  return [printableJson(report)]
}

/** Reason and fix in one text. */
function reasonOf({ what, why, fix, url }: ReportedCheck): string {
  const lines = [what, why, fix && `Fix: ${fix}`, url && `See: ${url}`]
  return lines.filter(Boolean).join('\n')
}

function inJunit({ suites }: FormattedReport): readonly string[] {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts(suites)}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite name=${xml(`${suite.command} ${suite.name}`)} ${counts([suite])}>`,
      ...suite.checks.flatMap((check) => [
        `    <testcase classname=${xml(suite.command)} name=${xml(`${check.name}: ${check.title}`)}>`,
        ...caseOf(check),
        '    </testcase>',
      ]),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ]
}

function counts(suites: readonly ReportedSuite[]): string {
  const all = suites.flatMap(({ checks }) => checks)
  const of = (wanted: ReportedCheck['status']) => all.filter(({ status }) => status === wanted).length
  const seconds = suites.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / 1000
  return `tests="${all.length}" failures="${of('fail')}" skipped="${of('skip')}" time="${seconds}"`
}

function caseOf(check: ReportedCheck): readonly string[] {
  if (check.status === 'fail')
    return [`      <failure message=${xml(check.what)}>${text(proven(check))}</failure>`]
  if (check.status === 'skip') return [`      <skipped message=${xml(check.what)}/>`]
  return [
    `      <system-out>${text(check.status === 'warn' ? `Warning: ${proven(check)}` : check.what)}</system-out>`,
  ]
}

/** The finding, with the command lines that show it. */
function proven(check: ReportedCheck): string {
  return [reasonOf(check), ...(check.evidence ?? []).map(({ curl }) => curl)].join('\n')
}

/** Control characters that XML 1.0 does not have are replaced. */
function text(value: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return value
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character] ?? character)
}

function xml(value: string): string {
  return `"${text(value).replace(/\s+/g, ' ')}"`
}

/**
 * One run for all suites, because GitHub refuses several runs of one tool in a file.
 *
 * @see {@link https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support SARIF on GitHub}
 */
function inSarif({ suites }: FormattedReport): readonly string[] {
  const rules = new Map<string, ReportedCheck>()
  for (const { checks } of suites)
    for (const check of checks) rules.set(check.name, rules.get(check.name) ?? check)
  const ids = [...rules.keys()]
  const results = suites.flatMap(({ checks, location }) =>
    checks
      .filter(({ status }) => status === 'fail' || status === 'warn')
      .map((check) => ({
        ruleId: check.name,
        ruleIndex: ids.indexOf(check.name),
        level: check.status === 'fail' ? 'error' : 'warning',
        message: { text: reasonOf(check) },
        locations: [{ physicalLocation: { artifactLocation: { uri: location }, region: { startLine: 1 } } }],
        // GitHub tells by it whether a finding is the same as that of the last run.
        partialFingerprints: { primaryLocationLineHash: sha256(`${location} ${check.name}`) },
        properties: { evidence: check.evidence ?? [] },
      })),
  )
  const driver = { name: 'mcp-keycloak', rules: [...rules.values()].map(ruleOf) }
  const $schema = 'https://json.schemastore.org/sarif-2.1.0.json'
  return [printableJson({ $schema, version: '2.1.0', runs: [{ tool: { driver }, results }] }, 2)]
}

function ruleOf({ name, title, url }: ReportedCheck) {
  const description = { text: title }
  const help = { text: url ? `${title}. See ${url}` : title }
  return {
    id: name,
    shortDescription: description,
    fullDescription: description,
    help,
    ...(url && { helpUri: url }),
  }
}

function sha256(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 32)
}

const MARKS = { ok: '✔', warn: '⚠', fail: '✘', skip: '–' } as const

function inMarkdown({ title, facts, suites }: FormattedReport): readonly string[] {
  return [
    `# ${markdown(title)}`,
    '',
    markdown(facts),
    ...suites.flatMap((suite) => suiteInMarkdown(suite, suites)),
  ]
}

function suiteInMarkdown({ name, checks }: ReportedSuite, { length }: readonly unknown[]): readonly string[] {
  const faults = checks.filter(({ status }) => status === 'fail' || status === 'warn')
  return [
    '',
    ...(length > 1 ? [`## ${markdown(name)}`, ''] : []),
    '| | check | result |',
    '| --- | --- | --- |',
    ...checks.map(
      (check) => `| ${MARKS[check.status]} | ${markdown(check.title)} | ${markdown(check.what)} |`,
    ),
    ...faults.flatMap((check) => [
      '',
      `### ${MARKS[check.status]} ${markdown(check.title)}`,
      '',
      ...reasonOf(check)
        .split('\n')
        .flatMap((line) => [markdown(line), '']),
      ...(check.evidence ?? [])
        .slice(0, 3)
        .flatMap(({ door, answer, curl }) => [
          `${markdown(door)}: ${markdown(answer)}`,
          '',
          ...['```sh', curl.replaceAll('```', ''), '```', ''],
        ]),
    ]),
  ]
}

/** Escapes the characters that Markdown and HTML read. */
function markdown(value: string): string {
  return value.replace(/[\\|<>`*_[\]]/g, '\\$&').replace(/\s+/g, ' ')
}
