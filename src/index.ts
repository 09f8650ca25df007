export type { CommandTarget } from './config/command.ts'
export { type RealmEndpoints, realmEndpoints, realmEndpointsSchema } from './config/endpoints.ts'
export type { RealmOptions } from './config/realm-options.ts'
export type { AddedOptions } from './config/reset-command.ts'
export {
  type ConfigSources,
  type Origin,
  type ResolvedConfig,
  resolveConfig,
} from './config/resolve.ts'
export type { Config, ConfigKey } from './config/schema.ts'
export type { PreregisteredClient, Snippet, SnippetTarget } from './config/snippet.ts'
export { PINNED_VERSION } from './config/versions.ts'
export { type ErrorCode, type ErrorText, EXIT_CODES, McpKeycloakError } from './errors.ts'
export { type Evidence, type Explanation, explainFailure } from './explain/explain.ts'
export type { KeycloakEvent, RealmContext } from './explain/known-failure.ts'
export {
  type ClientEntry,
  type ClientsReport,
  clientEntrySchema,
  clientsList,
  clientsReportSchema,
} from './operations/clients/clients.ts'
export { clientsDelete } from './operations/clients/clients-delete.ts'
export {
  type Approve,
  type ClientsDeletedReport,
  clientsDeletedReportSchema,
  clientsPrune,
  type PruneOptions,
} from './operations/clients/clients-prune.ts'
export {
  type ApproveFix,
  type DoctorOptions,
  type DoctorReport,
  doctor,
  doctorReportSchema,
} from './operations/doctor/doctor.ts'
export type { DoctorFixPlan } from './operations/doctor/doctor-fix.ts'
export { type DownReport, down, downReportSchema } from './operations/down.ts'
export { type EnvReport, env, envReportSchema } from './operations/env.ts'
export { type ErrorReport, errorReport, errorReportSchema } from './operations/error-report.ts'
export {
  type ExecOptions,
  exec,
  type StopSignal,
  type TakeSignals,
} from './operations/exec.ts'
export { type InitReport, init, initReportSchema } from './operations/init.ts'
export {
  type DownAllReport,
  downAll,
  downAllReportSchema,
  type InstancesReport,
  instances,
  instancesReportSchema,
} from './operations/instances.ts'
export { type ExplainReport, explain, explainReportSchema } from './operations/logs/explain.ts'
export { type LogLine, type LogsOptions, logLineSchema, logs } from './operations/logs/logs.ts'
export { type StoryLine, type StoryOptions, story, storyLineSchema } from './operations/logs/story.ts'
export { type RealmDiffReport, realmDiff, realmDiffReportSchema } from './operations/realm/realm-diff.ts'
export {
  type RealmExportOptions,
  type RealmExportReport,
  realmExport,
  realmExportReportSchema,
} from './operations/realm/realm-export.ts'
export { type RealmFileReport, realmFileReportSchema, realmRender } from './operations/realm/realm-render.ts'
export { reportSchemas } from './operations/report-schemas.ts'
export { type ResetRealmOptions, resetRealm } from './operations/reset-realm.ts'
export { snippetTargets } from './operations/snippet-target.ts'
export {
  type ProgramSnippets,
  type SnippetsOptions,
  type SnippetsReport,
  snippets,
  snippetsReportSchema,
} from './operations/snippets.ts'
export { type RealmStatus, type StatusReport, status, statusReportSchema } from './operations/status.ts'
export { type TokenOptions, type TokenReport, token, tokenReportSchema } from './operations/token.ts'
export { type TrustReport, trustReportSchema } from './operations/trust.ts'
export {
  type UpOptions,
  type UpReport,
  type UpTimings,
  up,
  upReportSchema,
  upTimingsSchema,
} from './operations/up.ts'
export {
  type VerifyOptions,
  type VerifyReport,
  verify,
  verifyReportSchema,
  verifyServer,
} from './operations/verify.ts'
export {
  type SnippetFolders,
  type WriteSnippetsReport,
  writeSnippets,
  writeSnippetsReportSchema,
} from './operations/write-snippets.ts'
export type { ProofReport } from './provisioning/prove.ts'
export type { ProvisionReport } from './provisioning/provision.ts'
export { type ResetRealmReport, resetRealmReportSchema } from './provisioning/reset-realm-report.ts'
export type { Drift } from './realm/compare/drift.ts'
export { loadRealm } from './realm/load.ts'
export { type RenderOptions, renderRealm } from './realm/render.ts'
export type { Realm } from './realm/schema.ts'
export type { RealmUnderTest } from './verify/realm-under-test.ts'
