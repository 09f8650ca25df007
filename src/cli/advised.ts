import { addressed, type CommandTarget } from '../config/addressed.ts'
import { McpKeycloakError } from '../errors.ts'

/** Fields of reports with our own text and commands to paste. No field quotes another program. */
const ADVICE = ['fix', 'compare', 'warnings', 'note', 'code']

/** Adds the target to the commands in a report's advice. */
export function advised<Report>(report: Report, target: CommandTarget): Report {
  return mapped(report, false, target) as Report
}

/** Adds the target to the commands in an error's fix. */
export function advisedError(error: unknown, target: CommandTarget): unknown {
  if (!(error instanceof McpKeycloakError)) return error
  const { code, message: what, why, fix, cause } = error
  const lines = addressed(fix, target).split('\n')
  return new McpKeycloakError(code, { what, why: why.split('\n'), fix: lines, cause })
}

function mapped(value: unknown, isAdvice: boolean, target: CommandTarget): unknown {
  if (typeof value === 'string') return isAdvice ? addressed(value, target) : value
  if (Array.isArray(value)) return value.map((one) => mapped(one, isAdvice, target))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, mapped(one, ADVICE.includes(key), target)]),
  )
}
