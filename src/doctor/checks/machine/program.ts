import { type FoundProgram, probeProgram } from '../../../runtime/probe-program.ts'
import { type DoctorCheck, type Finding, ok, warn } from '../../check.ts'

const NAME = 'mcp-keycloak'

/** Checks that `mcp-keycloak` in a shell runs this program, not one of another package. */
export const program: DoctorCheck<'machine'> = {
  name: 'program',
  title: 'Program',
  group: 'machine',
  asks: 'machine',
  run: async ({ environment }) =>
    judgeProgram(await probeProgram(NAME, environment.PATH ?? environment.Path)),
}

/** Judges the program that a shell would run. */
export function judgeProgram(found: FoundProgram | undefined): Finding {
  if (!found) return ok('not on the PATH; npx mcp-keycloak runs it')
  if (found.packageName === NAME) return ok(found.path)
  return warn(
    `${found.path} is another program`,
    `It belongs to ${found.packageName ? `the package "${found.packageName}"` : 'no npm package'}, which is not ours.`,
    'npx mcp-keycloak@latest <command>, or put our folder before the other one on the PATH.',
  )
}
