import { command } from '../../../config/command.ts'
import { LOOPBACK } from '../../../config/server.ts'
import { answers } from '../../../keycloak/readiness.ts'
import { type DoctorCheck, fail, ok } from '../../check.ts'

/** Checks that the server answers and reports that it is ready. */
export const health: DoctorCheck<'address'> = {
  name: 'health',
  title: 'Health',
  group: 'server',
  asks: 'address',
  async run({ url, state, silence }) {
    if (silence !== undefined) {
      return fail(
        `${url} does not answer`,
        silence,
        state
          ? `${command('logs', { level: 'WARN' })}; it may still be starting`
          : 'Check the URL, and that Keycloak runs.',
      )
    }
    if (!state) return ok(`${url} answers`)
    const ready = `http://${LOOPBACK}:${state.managementPort}/health/ready`
    if (await answers(ready)) return ok(`${url} answers and is ready`)
    return fail(
      'not ready',
      `${ready} does not answer 200: it is still starting, or its database is gone.`,
      `${command('logs', { level: 'ERROR' })}; then ${command('down')} and ${command('up')}`,
    )
  },
}
