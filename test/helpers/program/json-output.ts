import { errorReportSchema } from '../../../src/operations/error-report.ts'
import { reportSchemas } from '../../../src/operations/report-schemas.ts'
import type { CliResult } from './cli-result.ts'

/** Which schema is that of a call: the command's words come first, a flag may stand anywhere. */
function schemaOf(args: readonly string[]) {
  const words = args.filter((arg) => !['--json', '--quiet', '--verbose', '--yes', '-q', '-y'].includes(arg))
  const [row] = Object.keys(reportSchemas)
    .filter((name) =>
      name
        .split(' ')
        .every((part, at) => (part.startsWith('--') ? words.includes(part) : words[at] === part)),
    )
    .sort((one, other) => other.length - one.length)
  if (row === undefined) throw new Error(`reportSchemas has no row for: mcp-keycloak ${args.join(' ')}`)
  return reportSchemas[row as keyof typeof reportSchemas]
}

/**
 * Holds a call with `--json` to what is promised: one value (of `logs` and `up --watch`: one a line) that the command's schema takes, or
 * one line of error on stderr and nothing on stdout.
 */
export function assertJsonOutput(args: readonly string[], { exitCode, stdout, stderr }: CliResult): void {
  if (stdout === '' && exitCode !== 0) {
    errorReportSchema.parse(JSON.parse(stderr))
    return
  }
  const schema = schemaOf(args)
  const isEndless = args[0] === 'logs' || args.includes('--watch')
  const values = isEndless ? stdout.split('\n').filter(Boolean) : [stdout]
  for (const value of values) schema.parse(JSON.parse(value))
}
