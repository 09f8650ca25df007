import type { Verdict } from '../checks/finding.ts'
import type { McpKeycloakError } from '../errors.ts'

/** What a check has found. */
export interface Finding {
  readonly status: Verdict
  /** What was seen, in one sentence. */
  readonly what: string
  readonly why?: string | readonly string[]
  /** The next command or edit; an array is a text of several lines. */
  readonly fix?: string | readonly string[]
  /** Where the rule is written. */
  readonly url?: string
}

/** The words of a finding that is not `ok`. */
export type FindingText = Omit<Finding, 'status'>

/** Something that a check needs is wrong: the first check that meets it fails, those after it are skipped. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly finding: FindingText

  constructor(finding: FindingText) {
    super(finding.what)
    this.finding = finding
  }
}

export function ok(what: string): Finding {
  return { status: 'ok', what }
}

export function warn(text: FindingText): Finding {
  return { status: 'warn', ...text }
}

export function fail(text: FindingText): Finding {
  return { status: 'fail', ...text }
}

export function skip(what: string): Finding {
  return { status: 'skip', what }
}

/** An error of ours as a finding. */
export function textOf(error: Fault | McpKeycloakError): FindingText {
  if (error instanceof Fault) return error.finding
  return { what: error.message, why: error.why.split('\n'), fix: error.fix.split('\n') }
}
