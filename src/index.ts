/**
 * The library: each command as a function that returns its report and prints nothing. Everything else in this package is
 * internal. `mcp-keycloak/testing` is the testing module.
 *
 * @module
 */
export { type RealmEndpoints, realmEndpoints } from './config/endpoints.ts'
export { type ConfigSources, type ResolvedConfig, resolveConfig } from './config/resolve.ts'
export type { Config } from './config/schema.ts'
export { PINNED_VERSION } from './config/versions.ts'
export { type ErrorCode, type ErrorText, EXIT_CODES, McpKeycloakError } from './errors.ts'
export { type ClientsReport, clientsList } from './operations/clients/clients.ts'
export { clientsDelete } from './operations/clients/clients-delete.ts'
export {
  type ClientsDeletedReport,
  clientsPrune,
  type PruneOptions,
} from './operations/clients/clients-prune.ts'
export { type DoctorOptions, type DoctorReport, doctor } from './operations/doctor/doctor.ts'
export { type DownReport, down } from './operations/down.ts'
export { type EnvReport, env } from './operations/env.ts'
export { type ErrorReport, errorReport, errorReportSchema } from './operations/error-report.ts'
export { type ExecOptions, exec } from './operations/exec.ts'
export { type InitReport, init } from './operations/init.ts'
export { type DownAllReport, downAll, type InstancesReport, instances } from './operations/instances.ts'
export { type ExplainReport, explain } from './operations/logs/explain.ts'
export { type LogLine, type LogsOptions, logs } from './operations/logs/logs.ts'
export { type StoryLine, type StoryOptions, story } from './operations/logs/story.ts'
export { type RealmDiffReport, realmDiff } from './operations/realm/realm-diff.ts'
export {
  type RealmExportOptions,
  type RealmExportReport,
  realmExport,
} from './operations/realm/realm-export.ts'
export { type RealmFileReport, realmRender } from './operations/realm/realm-render.ts'
export { reportSchemas } from './operations/report-schemas.ts'
export { type ResetRealmOptions, type ResetRealmReport, resetRealm } from './operations/reset-realm.ts'
export { snippetTargets } from './operations/snippet-target.ts'
export { type SnippetsOptions, type SnippetsReport, snippets } from './operations/snippets.ts'
export { type StatusReport, status } from './operations/status.ts'
export { type TokenOptions, type TokenReport, token } from './operations/token.ts'
export { type UpOptions, type UpReport, up } from './operations/up.ts'
export { type VerifyOptions, type VerifyReport, verify, verifyServer } from './operations/verify.ts'
export { type WriteSnippetsReport, writeSnippets } from './operations/write-snippets.ts'
export type { RealmUnderTest } from './verify/realm-under-test.ts'
