import { type DoctorCheck, ok, skip } from '../../check.ts'
import { isMissing } from '../../subjects.ts'

/** Checks the login to the Admin API. */
export const administrator: DoctorCheck<'server'> = {
  name: 'administrator',
  title: 'Administrator',
  group: 'server',
  asks: 'server',
  async run({ administrator }) {
    const login = await administrator
    return isMissing(login) ? skip('not logged in', login.missing, login.fix) : ok('logs in to the Admin API')
  },
}
