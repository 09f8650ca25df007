import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { describe, expect, it } from 'vitest'

import type { Finding } from '../../../scripts/release/finding.ts'
import { type Lockfile, lockfileFindings } from '../../../scripts/release/lockfile.ts'
import { publishingFindings } from '../../../scripts/release/publishing.ts'
import { auditFinding, runtimeSbom, sbomFinding } from '../../../scripts/release/reports.ts'
import { tarballFindings } from '../../../scripts/release/tarball.ts'
import { needs } from '../../helpers/suite/needs.ts'

const path = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url))
const faults = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status === 'fault').map(({ name, detail }) => `${name}: ${detail}`)

const SOUND = { version: '1.0.0', license: 'MIT', integrity: 'sha512-x' }
const locked = (entry: object, name = 'node_modules/x'): Lockfile => ({ packages: { '': {}, [name]: entry } })

describe('the lockfile of a release', () => {
  it('is sound in this checkout', async () => {
    expect(faults(lockfileFindings(JSON.parse(await readFile(path('package-lock.json'), 'utf8'))))).toEqual(
      [],
    )
  })

  it.each([
    ['an install script', { hasInstallScript: true }, 'install-scripts: node_modules/x runs a script'],
    [
      'a licence that is not on the list',
      { license: 'GPL-3.0' },
      'licences: node_modules/x has the licence GPL-3.0',
    ],
    ['no licence', { license: undefined }, 'licences: node_modules/x has the licence (none)'],
    ['a weak checksum', { integrity: 'sha1-x' }, 'integrity: node_modules/x has no SHA-512'],
    ['the host of a registry', { resolved: 'https://a.example/x.tgz' }, 'registry-hosts: node_modules/x'],
  ])('is refused with %s', (_, fault, expected) => {
    expect(faults(lockfileFindings(locked({ ...SOUND, ...fault })))).toEqual([
      expect.stringContaining(expected),
    ])
  })

  it('may have development packages with install scripts', () => {
    expect(faults(lockfileFindings(locked({ ...SOUND, hasInstallScript: true, dev: true })))).toEqual([])
  })
})

describe('the tarball of a release', () => {
  const FILES = [
    'bin/mcp-keycloak.js',
    'dist/cli/main.js',
    'dist/index.js',
    'compose/server.yaml',
    'realms/fastmcp.json',
  ]
  const packed = (paths: readonly string[], size = 1) => ({
    size,
    files: paths.map((each) => ({ path: each })),
  })

  it('has what the program needs', () => {
    expect(faults(tarballFindings(packed(FILES), 1))).toEqual([])
    expect(faults(tarballFindings(packed(FILES.slice(1)), 1))).toEqual([
      expect.stringContaining('bin/mcp-keycloak.js is missing'),
    ])
  })

  it.each(['.npmrc', 'dist/key.pem', 'src/index.ts', 'realms/README.md', 'compose/.env', 'dist/admin.json'])(
    'is refused with %s',
    (file) => {
      expect(faults(tarballFindings(packed([...FILES, file]), 1))).toEqual([expect.stringContaining(file)])
    },
  )

  it('is refused when it, or what it installs, is too large', () => {
    expect(faults(tarballFindings(packed(FILES, 450_001), 45_000_001))).toEqual([
      expect.stringContaining('tarball-size'),
      expect.stringContaining('installed-size'),
    ])
  })
})

describe('the publishing of a release', () => {
  const MANIFEST = { repository: 'owner/name', publishConfig: { provenance: true } }
  const PINNED = `uses: a/b@${'0'.repeat(40)}`
  const workflow = (text = PINNED) => `permissions:\n  id-token: write\n${text}\n`

  it('has provenance and a repository', () => {
    expect(faults(publishingFindings(MANIFEST, workflow()))).toEqual([])
    expect(faults(publishingFindings({}, workflow()))).toEqual([
      expect.stringMatching(/publishConfig\.provenance is not true\n.*no repository/),
    ])
  })

  it('runs nothing on the machine of a user', () => {
    const scripts = { postinstall: 'node x.js', test: 'x' }
    expect(faults(publishingFindings({ ...MANIFEST, scripts }, workflow()))).toEqual([
      'own-install-scripts: package.json: scripts.postinstall',
    ])
  })

  it.each([
    ['an action without a commit', workflow('uses: a/b@v1'), 'a/b@v1 is not pinned'],
    ['a stored token', workflow(`${PINNED}\nenv: { NODE_AUTH_TOKEN: x }`), 'stored secret'],
    ['no identity', PINNED, 'id-token: write is missing'],
  ])('is refused with %s', (_, text, expected) => {
    expect(faults(publishingFindings(MANIFEST, text))).toEqual([expect.stringContaining(expected)])
  })

  it('this checkout passes the release rules except for the missing repository', async () => {
    const manifest = JSON.parse(await readFile(path('package.json'), 'utf8'))
    const text = await readFile(path('.github/workflows/release.yml'), 'utf8')
    expect(faults(publishingFindings({ repository: 'owner/name', ...manifest }, text))).toEqual([])
  })
})

describe('the reports of a release', () => {
  it('list every package that a user installs, and no other', () => {
    const lockfile = locked(SOUND)
    const component = (name: string) => ({ name, version: '1.0.0', 'bom-ref': `${name}@1.0.0` })
    const full = {
      components: [component('x'), component('dev')],
      dependencies: [{ ref: 'ours@1.0.0', dependsOn: ['x@1.0.0', 'dev@1.0.0'] }, { ref: 'dev@1.0.0' }],
    }
    const sbom = runtimeSbom(full, lockfile)
    expect(sbom).toEqual({
      components: [component('x')],
      dependencies: [{ ref: 'ours@1.0.0', dependsOn: ['x@1.0.0'] }],
    })
    expect(sbomFinding(sbom, lockfile, 'sbom.json').status).toBe('ok')
    const empty = { components: [], dependencies: [] }
    expect(sbomFinding(empty, lockfile, 'sbom.json')).toMatchObject({
      status: 'fault',
      detail: 'x@1.0.0 is not in it',
    })
  })

  it('say which package has a known vulnerability', () => {
    const found = {
      vulnerabilities: { x: { severity: 'high' } },
      metadata: { vulnerabilities: { total: 1 } },
    }
    expect(auditFinding(JSON.stringify(found))).toMatchObject({ status: 'fault', detail: 'x: high' })
    const none = { vulnerabilities: {}, metadata: { vulnerabilities: { total: 0 } } }
    expect(auditFinding(JSON.stringify(none)).status).toBe('ok')
  })

  it.each(['', 'not JSON', '{"message":"405 Method Not Allowed","error":{"summary":""}}'])(
    'say that npm audit was not possible: %s',
    (output) => {
      expect(auditFinding(output)).toMatchObject({
        status: 'open',
        detail: expect.stringContaining('not possible'),
      })
    },
  )
})

const ACTIONLINT = path(`.cache/${process.platform === 'win32' ? 'actionlint.exe' : 'actionlint'}`)

it(
  'the release workflow passes actionlint',
  needs(existsSync(ACTIONLINT), 'actionlint, which needs Go'),
  async () => {
    const { stdout } = await execa(ACTIONLINT, ['-no-color', path('.github/workflows/release.yml')], {
      reject: false,
    })
    expect(stdout).toBe('')
  },
)
