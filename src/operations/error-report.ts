import { z } from 'zod'

import { type ProjectAddresses, projectAddresses } from '../assets.ts'
import { ERROR_CODE_NAMES, McpKeycloakError } from '../errors.ts'

/** A failure with `--json`: one line on stderr. Stdout stays empty. */
export const errorReportSchema = z.strictObject({
  error: z
    .strictObject({
      /** Stable, for programs; `BUG` for an unexpected error. */
      code: z.enum([...ERROR_CODE_NAMES, 'BUG']),
      /** The failure, in one sentence. */
      message: z.string().min(1),
      /** The reason, or what was seen. */
      why: z.string().min(1),
      /** The command or edit that fixes it. */
      fix: z.string().min(1),
      /** Address for bug reports; absent while the project has none. */
      url: z.url().exactOptional(),
    })
    .readonly(),
})

/** A failure in the form that programs read. */
export type ErrorReport = Readonly<z.infer<typeof errorReportSchema>>

/**
 * Turns any thrown value into a report for programs.
 *
 * @param issues address for bug reports; default: the one in `package.json`
 */
export function errorReport(error: unknown, { issues }: ProjectAddresses = projectAddresses()): ErrorReport {
  const url = issues === undefined ? {} : { url: issues }
  if (error instanceof McpKeycloakError) {
    const { code, message, why, fix } = error
    return { error: { code, message, why, fix, ...url } }
  }
  return {
    error: {
      code: 'BUG',
      message: (error as Error)?.message || String(error),
      why: 'This should not happen.',
      fix: reportBug(issues),
      ...url,
    },
  }
}

/** Explains in one sentence how to report a bug. */
export function reportBug(issues: string | undefined): string {
  return `Please report it with this text and the command${issues === undefined ? '' : `: ${issues}`}`
}
