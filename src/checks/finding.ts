import type { McpKeycloakError } from '../errors.ts'
import { printableLine, printableLines } from '../printable.ts'

/** The outcomes of a check: no fault, a warning, a fault, or not examined. */
export const VERDICTS = ['ok', 'warn', 'fail', 'skip'] as const
export type Verdict = (typeof VERDICTS)[number]

/** The result of one check of `doctor` or `verify`, safe to show. */
export interface Finding {
  readonly status: Verdict
  /** The observation, in one sentence without a full stop. */
  readonly what: string
  /** The reason for the fault, or a detail; `null` when there is none. */
  readonly why: string | null
  /** The command or edit that fixes the fault. */
  readonly fix: string | null
  /** The address of the rule. */
  readonly url?: string
  /** Whether the subject was not asked: it limits requests, the time was over, or it stopped. Only for `skip`. */
  readonly notAsked?: true | undefined
}

/** A text of one line, or an array of lines. */
type Lines = string | readonly string[]

/** Creates a finding without a fault. */
export const ok = (what: string, why: Lines | null = null): Finding => finding('ok', what, why, null)

/** Creates a warning: it works, but the user should know. */
export const warn = (what: string, why: Lines, fix: Lines, url?: string): Finding =>
  finding('warn', what, why, fix, url)

/** Creates the finding of a fault. */
export const fail = (what: string, why: Lines, fix: Lines, url?: string): Finding =>
  finding('fail', what, why, fix, url)

/** Creates a finding for a subject that is absent or could not be examined. */
export const skip = (what: string, why: Lines | null = null, fix: Lines | null = null): Finding =>
  finding('skip', what, why, fix)

/** Creates the finding of a question that was not asked. */
export const notAsked = (why: string): Finding => ({ ...skip(`Not asked, because ${why}`), notAsked: true })

/** Creates a finding. Its texts may come from servers, so this function makes them safe to show. */
function finding(status: Verdict, what: string, why: Lines | null, fix: Lines | null, url?: string): Finding {
  const shown = (lines: Lines | null) => lines && printableLines(lines)
  const sentence = printableLine(what.replace(/\.$/, ''))
  const rule = url === undefined ? {} : { url: printableLine(url) }
  return { status, what: sentence, why: shown(why), fix: shown(fix), ...rule }
}

/** The sentences of a {@link Fault}. */
export interface FaultText {
  readonly what: string
  readonly why?: Lines
  readonly fix?: Lines
  /** The address of the rule. */
  readonly url?: string
}

/** A fault in something that several checks need. The first check that meets it reports it. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly finding: FaultText

  constructor(finding: FaultText) {
    super(finding.what)
    this.finding = finding
  }
}

/** Converts an error to the finding of a fault. */
export function faultOf(error: Fault | McpKeycloakError): Finding {
  if (!(error instanceof Fault)) return fail(error.message, error.why.split('\n'), error.fix.split('\n'))
  const { what, why = null, fix = null, url } = error.finding
  return finding('fail', what, why, fix, url)
}
