import { command } from '../../../config/command.ts'
import type { Drift } from '../../../realm/compare/drift.ts'
import { type DoctorCheck, type Finding, ok, warn } from '../../check.ts'
import type { OurRealm } from '../../subjects.ts'

/** The number of settings that a finding lists. */
const SHOWN = 3

/** Checks that the realm and its files are unchanged since its creation. */
export const drift: DoctorCheck<'ours'> = {
  name: 'drift',
  title: 'Drift',
  group: 'realm',
  asks: 'ours',
  run: async ({ filesChanged, interrupted, drift: find }) =>
    interrupted === null ? judgeDrift(await find(), filesChanged) : judgeInterrupted(interrupted),
}

/** Reports a realm whose creation or reset was interrupted. */
function judgeInterrupted({ what, fix }: NonNullable<OurRealm['interrupted']>): Finding {
  return warn(what, 'The command was stopped before it was done. Nobody changed the realm by hand.', fix)
}

/** Judges the differences between a realm and its state at creation. */
export function judgeDrift(found: readonly Drift[], filesChanged: boolean): Finding {
  if (found.length === 0) return ok('none: the realm equals its file and its options')
  const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : ''
  return warn(
    `${found.length} ${found.length === 1 ? 'setting is' : 'settings are'} not as the file says`,
    `${found
      .slice(0, SHOWN)
      .map(({ path }) => path)
      .join(
        ', ',
      )}${more}. ${filesChanged ? 'The file has changed since the realm was created.' : 'Someone changed it on the server.'}`,
    `${command('realm diff')} shows all of it; ${command('reset-realm')} makes the realm as its file says.`,
  )
}
