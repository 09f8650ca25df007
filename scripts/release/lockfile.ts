import { type Finding, finding } from './finding.ts'

/** The part of `package-lock.json` that the rules read. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly dev?: boolean
  readonly peer?: boolean
  readonly hasInstallScript?: boolean
}

/** Licences that let users of an Apache-2.0 program do what Apache-2.0 lets them do. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT']

/** The packages that a user installs with ours: path → entry. */
export function runtimePackages({ packages }: Lockfile): readonly (readonly [string, LockedPackage])[] {
  return Object.entries(packages).filter(([path, { dev, peer }]) => path !== '' && !dev && !peer)
}

/** Checks what a lockfile says of the packages that a user installs. */
export function lockfileFindings(lockfile: Lockfile): readonly Finding[] {
  const runtime = runtimePackages(lockfile)
  const names = (isFault: (entry: LockedPackage) => boolean, why: string) =>
    runtime.filter(([, entry]) => isFault(entry)).map(([path]) => `${path} ${why}`)
  const all = `${runtime.length} runtime packages`
  return [
    finding(
      'install-scripts',
      names(({ hasInstallScript }) => hasInstallScript === true, 'runs a script when it is installed'),
      `${all} without one`,
    ),
    finding(
      'licences',
      runtime
        .filter(([, { license }]) => !LICENCES.includes(license ?? ''))
        .map(([path, { license }]) => `${path} has the licence ${license ?? '(none)'}`),
      [...new Set(runtime.map(([, { license }]) => license))].sort().join(', '),
    ),
    finding(
      'integrity',
      names(({ integrity }) => !integrity?.startsWith('sha512-'), 'has no SHA-512'),
      `${all} with SHA-512`,
    ),
    finding(
      'registry-hosts',
      Object.entries(lockfile.packages)
        .filter(([, { resolved }]) => resolved !== undefined)
        .map(([path]) => `${path} names the host that it came from`),
      'package-lock.json names no host',
    ),
  ]
}
