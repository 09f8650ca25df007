import { judgeHoles, newerThanTested } from '../doctor/checks/server/version.ts'
import type { ServerSelf } from '../keycloak/server-info.ts'

/** Warns of a version with public security holes, and of a version newer than the tested one. */
export function versionWarnings(self: ServerSelf): readonly string[] {
  const holes = judgeHoles(self)
  const newer = newerThanTested(self.version)
  return [
    ...(holes ? [`${holes.what}. ${holes.why} ${holes.fix}`] : []),
    ...(newer === undefined ? [] : [newer]),
  ]
}
