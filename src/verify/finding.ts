import type { Verdict } from '../checks/finding.ts'
import type { McpKeycloakError } from '../errors.ts'

/** The result of a check. */
export interface Finding {
  readonly status: Verdict
  /** The observation, in one sentence. */
  readonly what: string
  readonly why?: string | readonly string[]
  /** The next command or edit; an array is a text of several lines. */
  readonly fix?: string | readonly string[]
  /** The URL of the rule. */
  readonly url?: string
}

/** The words of a finding that is not `ok`. */
export type FindingText = Omit<Finding, 'status'>

/** A fault in something that checks need. The first check that meets it fails. Later ones are skipped. */
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

/** Reads the finding's text from an error. */
export function textOf(error: Fault | McpKeycloakError): FindingText {
  if (error instanceof Fault) return error.finding
  return { what: error.message, why: error.why.split('\n'), fix: error.fix.split('\n') }
}
