/**
 * The library: each command as a function that returns its report and prints nothing. Everything else in this package is
 * internal. `mcp-keycloak/testing` is the testing module.
 *
 * @module
 */
import { clientsList as clientsListOperation } from './operations/clients/clients.ts'
import { clientsDelete as clientsDeleteOperation } from './operations/clients/clients-delete.ts'
import { clientsPrune as clientsPruneOperation } from './operations/clients/clients-prune.ts'
import { doctor as doctorOperation } from './operations/doctor/doctor.ts'
import { down as downOperation } from './operations/down.ts'
import { env as envOperation } from './operations/env.ts'
import { exec as execOperation } from './operations/exec.ts'
import { init as initOperation } from './operations/init.ts'
import { downAll as downAllOperation, instances as instancesOperation } from './operations/instances.ts'
import { explain as explainOperation } from './operations/logs/explain.ts'
import { explainLogs as explainLogsOperation } from './operations/logs/explain-logs.ts'
import { logs as logsOperation } from './operations/logs/logs.ts'
import { realmAdopt as realmAdoptOperation } from './operations/realm/realm-adopt.ts'
import { realmDiff as realmDiffOperation } from './operations/realm/realm-diff.ts'
import { realmExport as realmExportOperation } from './operations/realm/realm-export.ts'
import { realmRender as realmRenderOperation } from './operations/realm/realm-render.ts'
import { resetRealm as resetRealmOperation } from './operations/reset-realm.ts'
import { snippetTargets as snippetTargetsOperation } from './operations/snippet-target.ts'
import { status as statusOperation } from './operations/status.ts'
import { targeted, targetedStream } from './operations/targeted.ts'
import { token as tokenOperation } from './operations/token.ts'
import { up as upOperation } from './operations/up.ts'
import { verify as verifyOperation } from './operations/verify.ts'

export { type RealmEndpoints, realmEndpoints } from './config/endpoints.ts'
export { type ConfigSources, type ResolvedConfig, resolveConfig } from './config/resolve.ts'
export type { Config } from './config/schema.ts'
export { PINNED_VERSION } from './config/versions.ts'
export { type ErrorCode, type ErrorText, EXIT_CODES, McpKeycloakError } from './errors.ts'
export type { ClientsReport } from './operations/clients/clients.ts'
export type { ClientsDeletedReport, PruneOptions } from './operations/clients/clients-prune.ts'
export type { DoctorOptions, DoctorReport } from './operations/doctor/doctor.ts'
export type { DownReport } from './operations/down.ts'
export type { EnvReport } from './operations/env.ts'
export { type ErrorReport, errorReport, errorReportSchema } from './operations/error-report.ts'
export type { ExecOptions } from './operations/exec.ts'
export type { InitReport } from './operations/init.ts'
export type { DownAllReport, InstancesReport } from './operations/instances.ts'
export type { ExplainReport } from './operations/logs/explain.ts'
export type { ExplainedLine, ExplainLogsOptions } from './operations/logs/explain-logs.ts'
export type { LogLine, LogsOptions } from './operations/logs/logs.ts'
export type { RealmAdoptOptions, RealmAdoptReport } from './operations/realm/realm-adopt.ts'
export type { RealmDiffReport } from './operations/realm/realm-diff.ts'
export type { RealmExportOptions, RealmExportReport } from './operations/realm/realm-export.ts'
export type { RealmFileReport } from './operations/realm/realm-render.ts'
export { reportSchemas } from './operations/report-schemas.ts'
export type { ResetRealmOptions, ResetRealmReport } from './operations/reset-realm.ts'
export { type SnippetsOptions, type SnippetsReport, snippets } from './operations/snippets.ts'
export type { StatusReport } from './operations/status.ts'
export type { TokenOptions, TokenReport } from './operations/token.ts'
export type { UpOptions, UpReport } from './operations/up.ts'
export { type VerifyOptions, type VerifyReport, verifyServer } from './operations/verify.ts'
export { type WriteSnippetsReport, writeSnippets } from './operations/write-snippets.ts'
export type { RealmUnderTest } from './verify/realm-under-test.ts'

// Advice of the library is for the instance and the realm of the options, as on the command line for its flags.
export const clientsDelete: typeof clientsDeleteOperation = targeted(clientsDeleteOperation)
export const clientsList: typeof clientsListOperation = targeted(clientsListOperation)
export const clientsPrune: typeof clientsPruneOperation = targeted(clientsPruneOperation)
export const doctor: typeof doctorOperation = targeted(doctorOperation)
export const down: typeof downOperation = targeted(downOperation)
export const downAll: typeof downAllOperation = targeted(downAllOperation)
export const env: typeof envOperation = targeted(envOperation)
export const exec: typeof execOperation = targeted(execOperation)
export const explain: typeof explainOperation = targeted(explainOperation)
export const init: typeof initOperation = targeted(initOperation)
export const instances: typeof instancesOperation = targeted(instancesOperation)
export const logs: typeof logsOperation = targetedStream(logsOperation)
export const realmAdopt: typeof realmAdoptOperation = targeted(realmAdoptOperation)
export const realmDiff: typeof realmDiffOperation = targeted(realmDiffOperation)
export const realmExport: typeof realmExportOperation = targeted(realmExportOperation)
export const realmRender: typeof realmRenderOperation = targeted(realmRenderOperation)
export const resetRealm: typeof resetRealmOperation = targeted(resetRealmOperation)
export const snippetTargets: typeof snippetTargetsOperation = targeted(snippetTargetsOperation)
export const status: typeof statusOperation = targeted(statusOperation)
export const explainLogs: typeof explainLogsOperation = targetedStream(explainLogsOperation)
export const token: typeof tokenOperation = targeted(tokenOperation)
export const up: typeof upOperation = targeted(upOperation)
export const verify: typeof verifyOperation = targeted(verifyOperation)
