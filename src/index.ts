export { type RealmEndpoints, realmEndpoints } from './config/endpoints.ts'
export type { RealmOptions } from './config/realm-options.ts'
export { type ConfigSources, type Origin, type ResolvedConfig, resolveConfig } from './config/resolve.ts'
export type { Config, ConfigKey } from './config/schema.ts'
export type { PreregisteredClient, Snippet, SnippetTarget } from './config/snippet.ts'
export { PINNED_VERSION } from './config/versions.ts'
export { type ErrorCode, type ErrorText, EXIT_CODES, McpKeycloakError } from './errors.ts'
export { type DownReport, down } from './operations/down.ts'
export { type EnvReport, env } from './operations/env.ts'
export type { ProofReport } from './operations/prove.ts'
export type { ProvisionReport } from './operations/provision.ts'
export { type RealmDiffReport, realmDiff } from './operations/realm-diff.ts'
export { type RealmExportOptions, type RealmExportReport, realmExport } from './operations/realm-export.ts'
export { type RealmFileReport, realmRender } from './operations/realm-render.ts'
export { snippetTarget } from './operations/snippet-target.ts'
export {
  type ProgramSnippets,
  type SnippetsOptions,
  type SnippetsReport,
  snippets,
} from './operations/snippets.ts'
export { type RealmStatus, type StatusReport, status } from './operations/status.ts'
export { type UpOptions, type UpReport, up } from './operations/up.ts'
export { type UpTimings, upTimingsSchema } from './operations/up-timings.ts'
export type { Drift } from './realm/drift.ts'
export { loadRealm } from './realm/load.ts'
export { type RenderOptions, renderRealm } from './realm/render.ts'
export type { Realm } from './realm/schema.ts'
