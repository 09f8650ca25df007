import { command } from '../../../config/command.ts'
import { type KnownHole, knownBugs, knownHoles } from '../../../config/known-bugs.ts'
import { assertSupportedVersion, compareToPinned, minorOf, PINNED_VERSION } from '../../../config/versions.ts'
import { OWN_FORMAT, type ServerSelf } from '../../../keycloak/server-info.ts'
import { type DoctorCheck, type Finding, ok, warn } from '../../check.ts'

/** Checks the Keycloak version for holes and bugs that an MCP client would meet. */
export const version: DoctorCheck<'info'> = {
  name: 'version',
  title: 'Version',
  group: 'server',
  asks: 'info',
  run(self) {
    assertSupportedVersion(self.version)
    return judgeVersion(self)
  },
}

/** Judges the version of a server with its features; security holes come first. */
export function judgeVersion(self: ServerSelf): Finding {
  return judgeHoles(self) ?? judgeBugs(self)
}

/** Names the public security holes of a server that concern MCP; `undefined` when none is known. */
export function judgeHoles({ version: found, registrationFormats }: ServerSelf): Finding | undefined {
  const holes = knownHoles(found)
  if (holes.length === 0) return undefined
  const isClosed = ({ ownFormat }: KnownHole) =>
    ownFormat === true && !registrationFormats.includes(OWN_FORMAT)
  const text = (hole: KnownHole) => `${hole.cve}: ${hole.what} (keycloak#${hole.issue})`
  const [open, closed] = [holes.filter((hole) => !isClosed(hole)), holes.filter(isClosed)]
  const reason = "Not open here, because clients cannot register in Keycloak's own format: "
  return warn(
    `Keycloak ${found} has public security holes`,
    [
      ...(open.length > 0 ? [`${open.map(text).join('; ')}.`] : []),
      ...(closed.length > 0 ? [`${reason}${closed.map(text).join('; ')}.`] : []),
    ].join(' '),
    `Update Keycloak to ${fixedIn(found, holes)}. A managed instance: stop it, then start it with --keycloak-version ${PINNED_VERSION}.`,
  )
}

/** Names the versions with all fixes: one of the same minor release, if any, and the tested one. */
function fixedIn(found: string, holes: readonly KnownHole[]): string {
  const sameMinor = holes
    .flatMap((hole) => hole.fixedIn)
    .filter((fix) => minorOf(fix) === minorOf(found))
    .toSorted((a, b) => b.localeCompare(a, undefined, { numeric: true }))[0]
  return sameMinor === undefined || minorOf(found) === minorOf(PINNED_VERSION)
    ? PINNED_VERSION
    : `${PINNED_VERSION} or ${sameMinor}`
}

function judgeBugs({ version: found, features }: ServerSelf): Finding {
  const bugs = knownBugs(found)
  const met = bugs.filter(({ feature }) => feature !== undefined && features.includes(feature))
  const list = (some: typeof bugs) => some.map(({ issue, what }) => `${what} (keycloak#${issue})`).join('; ')
  if (met.length > 0) {
    const since = [...new Set(met.flatMap((bug) => bug.fixedIn.at(-1) ?? []))].join(' and ')
    return warn(
      `Keycloak ${found} has ${met.length === 1 ? 'a bug' : 'bugs'} that clients can meet here`,
      `${list(met)}. See ${met.map(({ issue }) => `https://github.com/keycloak/keycloak/issues/${issue}`).join(' and ')}`,
      `Keycloak ${since} has ${met.length === 1 ? 'it' : 'them'} fixed; or take an instance without the feature: ${command('up', { instance: '<name>' })}`,
    )
  }
  const newer = newerThanTested(found)
  const harmless = bugs.length > 0 ? `; ${bugs.length} known MCP bugs, none of them here` : ''
  const why = [...(bugs.length > 0 ? [`${list(bugs)}.`] : []), ...(newer === undefined ? [] : [newer])].join(
    ' ',
  )
  return ok(`Keycloak ${found}${harmless}${newer === undefined ? '' : '; newer than tested'}`, why || null)
}

/** A note on a version that is newer than the tested one; `undefined` for any other. */
export function newerThanTested(found: string): string | undefined {
  if (compareToPinned(found) <= 0) return undefined
  return `Keycloak ${found} is newer than ${PINNED_VERSION}, which this release is tested with. Its known changes come from Keycloak's issues and sources. It was not run.`
}
