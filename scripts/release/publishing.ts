import { type Finding, finding } from './finding.ts'

/** The part of `package.json` that the rules read. */
export interface Manifest {
  readonly repository?: string | { readonly url?: string }
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean }
  readonly scripts?: Readonly<Record<string, string>>
}

/** Scripts that npm runs on the machine of a user. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

/** Checks that a release says where it comes from, and that the workflow needs no stored token. */
export function publishingFindings(manifest: Manifest, workflow: string): readonly Finding[] {
  const { repository, publishConfig, scripts = {} } = manifest
  const url = typeof repository === 'string' ? repository : repository?.url
  return [
    finding(
      'provenance',
      [
        ...(publishConfig?.provenance === true ? [] : ['package.json: publishConfig.provenance is not true']),
        ...(url ? [] : ['package.json: no repository, which npm compares with the workflow that publishes']),
      ],
      'publishConfig.provenance, and a repository',
    ),
    finding(
      'own-install-scripts',
      INSTALL_SCRIPTS.filter((name) => scripts[name] !== undefined).map(
        (name) => `package.json: scripts.${name}`,
      ),
      'none',
    ),
    finding(
      'release-workflow',
      [
        ...(/^\s+id-token: write$/m.test(workflow) ? [] : ['id-token: write is missing']),
        ...(/\bNPM_TOKEN\b|\bNODE_AUTH_TOKEN\b|secrets\./.test(workflow) ? ['it uses a stored secret'] : []),
        ...[...workflow.matchAll(/uses: *(\S+)/g)]
          .map(([, action = '']) => action)
          .filter((action) => !/@[\da-f]{40}$/.test(action))
          .map((action) => `${action} is not pinned by its commit`),
      ],
      'OpenID Connect, no stored secret, actions pinned by commit',
    ),
  ]
}
