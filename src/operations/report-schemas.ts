import { resetRealmReportSchema } from '../provisioning/reset-realm-report.ts'
import { clientsReportSchema } from './clients/clients.ts'
import { clientsDeletedReportSchema } from './clients/clients-prune.ts'
import { doctorReportSchema } from './doctor/doctor.ts'
import { downReportSchema } from './down.ts'
import { envReportSchema } from './env.ts'
import { initReportSchema } from './init.ts'
import { downAllReportSchema, instancesReportSchema } from './instances.ts'
import { explainReportSchema } from './logs/explain.ts'
import { explainedLineSchema } from './logs/explain-logs.ts'
import { failureListSchema } from './logs/failure-list.ts'
import { logLineSchema } from './logs/logs.ts'
import { prepareReportSchema } from './prepare.ts'
import { realmAdoptReportSchema } from './realm/realm-adopt.ts'
import { realmDiffReportSchema } from './realm/realm-diff.ts'
import { realmExportReportSchema } from './realm/realm-export.ts'
import { realmFileReportSchema } from './realm/realm-render.ts'
import { snapshotReportSchema, snapshotsReportSchema } from './snapshot/snapshots.ts'
import { snippetsReportSchema } from './snippets.ts'
import { statusReportSchema } from './status.ts'
import { tokenReportSchema } from './token.ts'
import { trustReportSchema } from './trust.ts'
import { upReportSchema } from './up.ts'
import { verifyReportSchema } from './verify.ts'
import { watchLineSchema } from './watch/watch-realm.ts'
import { writeSnippetsReportSchema } from './write-snippets.ts'

/** Named types: inferred ones would be a second copy of each schema in the declarations, 5 kB of the tarball. */
interface ReportSchemas {
  readonly init: typeof initReportSchema
  readonly trust: typeof trustReportSchema
  readonly up: typeof upReportSchema
  readonly 'up --watch': typeof watchLineSchema
  readonly prepare: typeof prepareReportSchema
  readonly down: typeof downReportSchema
  readonly 'down --all': typeof downAllReportSchema
  readonly status: typeof statusReportSchema
  readonly 'status --all': typeof instancesReportSchema
  readonly 'reset-realm': typeof resetRealmReportSchema
  readonly snippets: typeof snippetsReportSchema
  readonly 'snippets --write': typeof writeSnippetsReportSchema
  readonly token: typeof tokenReportSchema
  readonly env: typeof envReportSchema
  readonly 'clients list': typeof clientsReportSchema
  readonly 'clients prune': typeof clientsDeletedReportSchema
  readonly 'clients delete': typeof clientsDeletedReportSchema
  readonly 'snapshot save': typeof snapshotReportSchema
  readonly 'snapshot load': typeof snapshotReportSchema
  readonly 'snapshot list': typeof snapshotsReportSchema
  readonly 'snapshot delete': typeof snapshotReportSchema
  readonly doctor: typeof doctorReportSchema
  readonly verify: typeof verifyReportSchema
  readonly explain: typeof explainReportSchema
  readonly 'explain --list': typeof failureListSchema
  readonly logs: typeof logLineSchema
  readonly 'logs --explain': typeof explainedLineSchema
  readonly 'realm render': typeof realmFileReportSchema
  readonly 'realm diff': typeof realmDiffReportSchema
  readonly 'realm export': typeof realmExportReportSchema
  readonly 'realm adopt': typeof realmAdoptReportSchema
}

/**
 * The zod schema of each command's `--json` output. A key is the command, with the flag that changes its output. `logs`
 * and `up --watch` print one value per line. A failure matches `errorReportSchema`, on stderr.
 */
export const reportSchemas: ReportSchemas = {
  init: initReportSchema,
  trust: trustReportSchema,
  up: upReportSchema,
  'up --watch': watchLineSchema,
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
  'snapshot save': snapshotReportSchema,
  'snapshot load': snapshotReportSchema,
  'snapshot list': snapshotsReportSchema,
  'snapshot delete': snapshotReportSchema,
  doctor: doctorReportSchema,
  verify: verifyReportSchema,
  explain: explainReportSchema,
  'explain --list': failureListSchema,
  logs: logLineSchema,
  'logs --explain': explainedLineSchema,
  'realm render': realmFileReportSchema,
  'realm diff': realmDiffReportSchema,
  'realm export': realmExportReportSchema,
  'realm adopt': realmAdoptReportSchema,
}
