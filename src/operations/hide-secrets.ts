import type { AdminCredentials } from '../runtime/state/admin-credentials.ts'

/** The replacement of a secret that is not shown. */
export const HIDDEN = '(secret)'

/** The secrets of a report. Each was generated, and no file of the user has it. */
interface ReportSecrets {
  readonly admin: AdminCredentials | null
  readonly initialAccessToken?: string | null
}

/**
 * Replaces the secrets of a report with {@link HIDDEN}. Passwords of test users stay: they are in a realm file or on a
 * command line, and protect nothing.
 */
export function hideSecrets<Report extends ReportSecrets>(report: Report): Report {
  return {
    ...report,
    ...(report.admin && { admin: { ...report.admin, password: HIDDEN } }),
    ...(report.initialAccessToken && { initialAccessToken: HIDDEN }),
  }
}
