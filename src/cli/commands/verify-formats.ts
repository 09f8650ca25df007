import type { VerifyReport } from '../../operations/verify.ts'
import { scoreText } from '../../operations/verify-score.ts'
import { printableJson } from '../../printable.ts'

type Check = VerifyReport['checks'][number]

/** The formats of a result for programs. Each returns lines. */
export const VERIFY_FORMATS = { json: inJson, junit: inJunit, sarif: inSarif, markdown: inMarkdown } as const
export type VerifyFormat = keyof typeof VERIFY_FORMATS

function inJson(report: VerifyReport): readonly string[] {
  return [printableJson(report)]
}

/** Reason and fix in one text. */
function reasonOf({ what, why, fix, url }: Check): string {
  return [what, ...(why ? [why] : []), ...(fix ? [`Fix: ${fix}`] : []), ...(url ? [`See: ${url}`] : [])].join(
    '\n',
  )
}

function inJunit(report: VerifyReport): readonly string[] {
  const { mcpUrl, checks, score, elapsedMs } = report
  const counts = `tests="${checks.length}" failures="${score.failed}" skipped="${score.skipped}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} time="${elapsedMs / 1000}">`,
    `  <testsuite name=${xml(`verify ${mcpUrl}`)} ${counts} time="${elapsedMs / 1000}">`,
    ...checks.flatMap((check) => [
      `    <testcase classname="verify" name=${xml(`${check.name}: ${check.title}`)}>`,
      ...caseOf(check),
      '    </testcase>',
    ]),
    '  </testsuite>',
    '</testsuites>',
  ]
}

function caseOf(check: Check): readonly string[] {
  if (check.status === 'fail')
    return [`      <failure message=${xml(check.what)}>${text(proven(check))}</failure>`]
  if (check.status === 'skip') return [`      <skipped message=${xml(check.what)}/>`]
  return [
    `      <system-out>${text(check.status === 'warn' ? `Warning: ${proven(check)}` : check.what)}</system-out>`,
  ]
}

/** The finding, with the command lines that show it. */
function proven(check: Check): string {
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

function inSarif({ mcpUrl, checks }: VerifyReport): readonly string[] {
  const found = checks.filter(({ status }) => status === 'fail' || status === 'warn')
  const rules = checks.map(({ name, title, url }) => ({
    id: name,
    shortDescription: { text: title },
    ...(url && { helpUri: url }),
  }))
  const results = found.map((check) => ({
    ruleId: check.name,
    ruleIndex: checks.indexOf(check),
    level: check.status === 'fail' ? 'error' : 'warning',
    message: { text: reasonOf(check) },
    locations: [{ physicalLocation: { artifactLocation: { uri: mcpUrl } } }],
    properties: { evidence: check.evidence ?? [] },
  }))
  const driver = { name: 'mcp-keycloak verify', rules }
  const $schema = 'https://json.schemastore.org/sarif-2.1.0.json'
  return [printableJson({ $schema, version: '2.1.0', runs: [{ tool: { driver }, results }] }, 2)]
}

const MARKS = { ok: '✔', warn: '⚠', fail: '✘', skip: '–' } as const

function inMarkdown(report: VerifyReport): readonly string[] {
  const { checks, issuer, framework } = report
  const faults = checks.filter(({ status }) => status === 'fail' || status === 'warn')
  return [
    `# ${markdown(scoreText(report))}`,
    '',
    `Realm: ${markdown(issuer)}${framework ? `. Framework: ${markdown(framework)}` : ''}.`,
    '',
    '| | check | result |',
    '| --- | --- | --- |',
    ...checks.map(
      ({ status, title, what }) => `| ${MARKS[status]} | ${markdown(title)} | ${markdown(what)} |`,
    ),
    ...faults.flatMap((check) => [
      '',
      `## ${MARKS[check.status]} ${markdown(check.title)}`,
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
