import { command } from '../../../config/command.ts'
import { requiredFeatures } from '../../../config/server.ts'
import { type DoctorCheck, ok, warn } from '../../check.ts'

/** Checks that the server has the features that the realm requires, and no others that affect clients. */
export const features: DoctorCheck<'info'> = {
  name: 'features',
  title: 'Features',
  group: 'server',
  asks: 'info',
  run({ overlays, featureWarnings }) {
    const needed = requiredFeatures(overlays)
    if (featureWarnings.length === 0)
      return ok(
        needed.length > 0
          ? `${needed.join(', ')}, as the realm needs`
          : 'no experimental feature that affects MCP clients',
      )
    return warn(
      `${featureWarnings.length === 1 ? 'one thing' : `${featureWarnings.length} things`} to know of how clients register`,
      featureWarnings,
      `${command('up')} with the overlays that the realm needs, or the realm on an instance of its own: --instance <name>`,
    )
  },
}
