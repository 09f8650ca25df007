import type { z } from 'zod'

import type { reportSchemas } from '../operations/report-schemas.ts'

type Text<Name extends keyof typeof reportSchemas> = (report: z.infer<(typeof reportSchemas)[Name]>) => string

/** Renders the reports of the tools as the command line does. */
export interface AgentTexts {
  readonly status: Text<'status'>
  readonly doctor: Text<'doctor'>
  readonly verify: Text<'verify'>
  readonly explain: Text<'explain'>
  readonly token: Text<'token'>
  readonly realm_needs: Text<'realm adopt'>
  readonly reset_realm: Text<'reset-realm'>
}
