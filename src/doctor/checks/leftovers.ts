import { type Leftovers, probeLeftovers } from '../../runtime/probe-leftovers.ts'
import { type Check, type Finding, ok, skip, warn } from '../check.ts'

/** Whether Docker has something of this instance that we know nothing of. */
export const leftovers: Check<'host'> = {
  name: 'leftovers',
  title: 'Leftovers',
  group: 'machine',
  asks: 'host',
  async run({ config, state, docker }) {
    if (!docker.engine) return skip('not looked at', 'No Docker engine answers.')
    return judgeLeftovers(await probeLeftovers(config.instance), state?.runtime === 'compose')
  },
}

/**
 * What it means that Docker has containers and volumes of an instance.
 *
 * @param known the instance lives there
 */
export function judgeLeftovers({ project, containers, volumes }: Leftovers, known: boolean): Finding {
  if (known) return ok("none besides this instance's own")
  if (containers.length + volumes.length === 0) return ok('none in Docker')
  return warn(
    `Docker has ${[...containers, ...volumes].join(', ')}`,
    'An instance of this name was there before, and what is known of it is gone: the next one would get its database, with a password that nobody knows.',
    `docker compose --project-name ${project} down --volumes`,
  )
}
