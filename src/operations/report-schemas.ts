import { resetRealmReportSchema } from '../provisioning/reset-realm-report.ts'
import { clientsReportSchema } from './clients/clients.ts'
import { clientsDeletedReportSchema } from './clients/clients-prune.ts'
import { doctorReportSchema } from './doctor/doctor.ts'
import { downReportSchema } from './down.ts'
import { envReportSchema } from './env.ts'
import { initReportSchema } from './init.ts'
import { downAllReportSchema, instancesReportSchema } from './instances.ts'
import { explainReportSchema } from './logs/explain.ts'
import { failureListSchema } from './logs/failure-list.ts'
import { logLineSchema } from './logs/logs.ts'
import { storyLineSchema } from './logs/story.ts'
import { prepareReportSchema } from './prepare.ts'
import { realmDiffReportSchema } from './realm/realm-diff.ts'
import { realmExportReportSchema } from './realm/realm-export.ts'
import { realmFileReportSchema } from './realm/realm-render.ts'
import { snippetsReportSchema } from './snippets.ts'
import { statusReportSchema } from './status.ts'
import { tokenReportSchema } from './token.ts'
import { trustReportSchema } from './trust.ts'
import { upReportSchema } from './up.ts'
import { verifyReportSchema } from './verify.ts'
import { writeSnippetsReportSchema } from './write-snippets.ts'

/**
 * The zod schema of each command's `--json` output. A key is the command, with the flag that changes its output. `logs`
 * prints one value per line. A failure matches `errorReportSchema`, on stderr.
 */
export const reportSchemas = {
  init: initReportSchema,
  trust: trustReportSchema,
  up: upReportSchema,
  prepare: prepareReportSchema,
  down: downReportSchema,
  'down --all': downAllReportSchema,
  status: statusReportSchema,
  'status --all': instancesReportSchema,
  'reset-realm': resetRealmReportSchema,
  snippets: snippetsReportSchema,
  'snippets --write': writeSnippetsReportSchema,
  token: tokenReportSchema,
  env: envReportSchema,
  'clients list': clientsReportSchema,
  'clients prune': clientsDeletedReportSchema,
  'clients delete': clientsDeletedReportSchema,
  doctor: doctorReportSchema,
  verify: verifyReportSchema,
  explain: explainReportSchema,
  'explain --list': failureListSchema,
  logs: logLineSchema,
  'logs --explain': storyLineSchema,
  'realm render': realmFileReportSchema,
  'realm diff': realmDiffReportSchema,
  'realm export': realmExportReportSchema,
} as const
