import { assertSupportedVersion, compareToPinned, knownBugs, PINNED_VERSION } from '../../config/versions.ts'
import { type Check, type Finding, ok, warn } from '../check.ts'

/** Which Keycloak it is, and which of its bugs an MCP client would meet. */
export const version: Check<'info'> = {
  name: 'version',
  title: 'Version',
  group: 'server',
  asks: 'info',
  run({ version: found, features }) {
    assertSupportedVersion(found)
    return judgeVersion(found, features)
  },
}

/** What it means which version of Keycloak runs with which features. */
export function judgeVersion(found: string, features: readonly string[]): Finding {
  const bugs = knownBugs(found)
  const met = bugs.filter(({ feature }) => feature !== undefined && features.includes(feature))
  const list = (some: typeof bugs) => some.map(({ issue, what }) => `${what} (keycloak#${issue})`).join('; ')
  if (met.length > 0) {
    const fixedIn = [...new Set(met.map(({ fixedIn: since }) => since))].join(' and ')
    return warn(
      `Keycloak ${found} has ${met.length === 1 ? 'a bug' : 'bugs'} that clients can meet here`,
      `${list(met)}. See ${met.map(({ issue }) => `https://github.com/keycloak/keycloak/issues/${issue}`).join(' and ')}`,
      `Keycloak ${fixedIn} has ${met.length === 1 ? 'it' : 'them'} mended; or take an instance without the feature: mcp-keycloak up --instance <name>`,
    )
  }
  const order = compareToPinned(found)
  const tested =
    order === 0 ? '' : order > 0 ? `; newer than ${PINNED_VERSION}, which this release is tested with` : ''
  const harmless = bugs.length > 0 ? `; ${bugs.length} known MCP bugs, none of which is met here` : ''
  return ok(`Keycloak ${found}${harmless}${tested}`, bugs.length > 0 ? `${list(bugs)}.` : null)
}
