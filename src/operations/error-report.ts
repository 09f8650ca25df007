import { z } from 'zod'

import { ERROR_CODE_NAMES, McpKeycloakError } from '../errors.ts'

/** Where to report what should not happen. */
export const ISSUES_URL = 'https://github.com/mcp-keycloak/mcp-keycloak/issues'

/** A failure with `--json`: one line on stderr, while stdout stays empty. */
export const errorReportSchema = z.strictObject({
  error: z
    .strictObject({
      /** Stable, for programs; `BUG` for what should not happen. */
      code: z.enum([...ERROR_CODE_NAMES, 'BUG']),
      /** What happened, in one sentence. */
      message: z.string().min(1),
      /** Why it happened, or what was seen. */
      why: z.string().min(1),
      /** The next command or edit that cures it. */
      fix: z.string().min(1),
      /** Where to ask, or to report it. */
      url: z.url(),
    })
    .readonly(),
})

/** A failure, as a program reads it. */
export type ErrorReport = Readonly<z.infer<typeof errorReportSchema>>

/** Anything that was thrown, as a program reads it. */
export function errorReport(error: unknown): ErrorReport {
  if (error instanceof McpKeycloakError) {
    const { code, message, why, fix } = error
    return { error: { code, message, why, fix, url: ISSUES_URL } }
  }
  return {
    error: {
      code: 'BUG',
      message: (error as Error)?.message || String(error),
      why: 'This should not happen.',
      fix: `Report it: ${ISSUES_URL}`,
      url: ISSUES_URL,
    },
  }
}
