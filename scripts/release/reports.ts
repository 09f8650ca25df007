import { type Finding, finding } from './finding.ts'
import { type Lockfile, runtimePackages } from './lockfile.ts'

/** The part of a CycloneDX document that we read. */
export interface Sbom {
  readonly components: readonly {
    readonly name: string
    readonly version: string
    readonly 'bom-ref': string
  }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[]
}

/**
 * Reduces a software bill of materials to the packages that a user installs. `npm sbom --omit dev` also omits runtime
 * packages that a development package depends on.
 */
export function runtimeSbom(sbom: Sbom, lockfile: Lockfile): Sbom {
  const runtime = new Set(runtimeIds(lockfile))
  const components = sbom.components.filter(({ name, version }) => runtime.has(`${name}@${version}`))
  const dropped = new Set(sbom.components.map((component) => component['bom-ref']))
  for (const component of components) dropped.delete(component['bom-ref'])
  const dependencies = sbom.dependencies
    .filter(({ ref }) => !dropped.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => !dropped.has(each)) }))
  return { ...sbom, components, dependencies }
}

/** Checks that a software bill of materials lists what a user installs. */
export function sbomFinding({ components }: Sbom, lockfile: Lockfile, file: string): Finding {
  const listed = new Set(components.map(({ name, version }) => `${name}@${version}`))
  const missing = runtimeIds(lockfile).filter((id) => !listed.has(id))
  return finding(
    'sbom',
    missing.map((id) => `${id} is not in it`),
    `${components.length} components in ${file}`,
  )
}

function runtimeIds(lockfile: Lockfile): readonly string[] {
  return runtimePackages(lockfile).map(
    ([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`,
  )
}

/**
 * Judges `npm audit --json` of the runtime packages.
 *
 * @param output standard output of npm
 */
export function auditFinding(output: string): Finding {
  const name = 'audit'
  const report = parsed(output)
  const counts = report?.metadata?.vulnerabilities
  if (counts === undefined) {
    const why = report?.error?.summary || report?.message || 'npm printed no report'
    return { name, status: 'open', detail: `npm audit was not possible here: ${why}`.split('\n')[0] ?? '' }
  }
  const faults = Object.entries(report?.vulnerabilities ?? {}).map(
    ([id, { severity }]) => `${id}: ${severity}`,
  )
  return finding(name, faults, `no known vulnerability (${counts.total ?? 0})`)
}

interface AuditReport {
  readonly message?: string
  readonly error?: { readonly summary?: string }
  readonly metadata?: { readonly vulnerabilities?: { readonly total?: number } }
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string }>>
}

function parsed(output: string): AuditReport | undefined {
  try {
    return JSON.parse(output) as AuditReport
  } catch {
    return undefined
  }
}
