// Checks everything that a release promises; exits with 1 when a promise is broken. Usage: npm run release:check
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Finding } from './release/finding.ts'
import { type Lockfile, lockfileFindings, runtimePackages } from './release/lockfile.ts'
import { publishingFindings } from './release/publishing.ts'
import { auditFinding, runtimeSbom, sbomFinding } from './release/reports.ts'
import { tarballFindings } from './release/tarball.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SBOM_FILE = '.cache/sbom.cdx.json'
const WORKFLOW = '.github/workflows/release.yml'
const MARKS = { ok: '✔', fault: '✘', open: '…' } as const

const text = (path: string) => readFileSync(join(ROOT, path), 'utf8')

function npm(args: readonly string[]): string {
  const { stdout } = spawnSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
    shell: process.platform === 'win32',
    timeout: 120_000,
  })
  return stdout ?? ''
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

/** Sizes are summed by package, so a package inside another one is counted once. */
function installedBytes(lockfile: Lockfile): number {
  const paths = runtimePackages(lockfile).map(([path]) => path)
  const outermost = paths.filter((path) => !path.slice('node_modules/'.length).includes('node_modules/'))
  return outermost.reduce((sum, path) => sum + bytesIn(join(ROOT, path)), 0)
}

function findings(): readonly Finding[] {
  const lockfile = JSON.parse(text('package-lock.json')) as Lockfile
  const packs = Object.values(JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'])))
  const [packed = { size: 0, files: [] }] = packs as Parameters<typeof tarballFindings>[0][]
  const sbom = runtimeSbom(JSON.parse(npm(['sbom', '--sbom-format', 'cyclonedx'])), lockfile)
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  writeFileSync(join(ROOT, SBOM_FILE), `${JSON.stringify(sbom, null, 2)}\n`)
  return [
    ...lockfileFindings(lockfile),
    ...tarballFindings(packed, installedBytes(lockfile) + packed.size),
    ...publishingFindings(JSON.parse(text('package.json')), text(WORKFLOW)),
    sbomFinding(sbom, lockfile, SBOM_FILE),
    auditFinding(npm(['audit', '--omit', 'dev', '--json'])),
  ]
}

const all = findings()
for (const { name, status, detail } of all)
  process.stdout.write(
    `${MARKS[status]} ${name.padEnd(20)} ${detail.replaceAll('\n', `\n${' '.repeat(23)}`)}\n`,
  )
process.exitCode = all.some(({ status }) => status === 'fault') ? 1 : 0
