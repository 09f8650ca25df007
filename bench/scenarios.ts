import { adminLogin } from '../src/keycloak/admin.ts'
import { findInstance } from '../src/operations/instance.ts'
import { provision } from '../src/operations/provision.ts'
import type { Contender, Measures, State } from './contender.ts'
import type { Ours } from './ours.ts'

/** Something that people do, in the state that it begins and ends in. */
export interface Scenario {
  readonly name: string
  readonly title: string
  readonly from: State
  readonly to: State
  /** Both sides do it. */
  readonly run?: (contender: Contender) => Promise<Measures | undefined>
  /** Stock Keycloak has nothing like it. */
  readonly runOurs?: (ours: Ours) => Promise<Measures | undefined>
}

/** In the order of a round: each begins where the one before ended. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'first-up',
    title: 'first up',
    from: 'absent',
    to: 'running',
    run: async (contender) => void (await contender.up()),
  },
  {
    name: 'down',
    title: 'down',
    from: 'running',
    to: 'stopped',
    run: async (contender) => void (await contender.down()),
  },
  {
    name: 'warm-up',
    title: 'up again after down',
    from: 'stopped',
    to: 'running',
    run: async (contender) => void (await contender.up()),
  },
  {
    name: 'reset-realm',
    title: 'reset the realm',
    from: 'running',
    to: 'running',
    run: (contender) => contender.reset(),
  },
  {
    name: 'up-running',
    title: 'up when it runs',
    from: 'running',
    to: 'running',
    runOurs: async (ours) => void (await ours.run('up')),
  },
  {
    name: 'token',
    title: 'token of a real login',
    from: 'running',
    to: 'running',
    runOurs: async (ours) => void (await ours.run('token')),
  },
  {
    name: 'new-realm',
    title: 'one more realm (library)',
    from: 'running',
    to: 'running',
    runOurs: async (ours) => void (await makeRealms(ours, 1)),
  },
  {
    name: 'worker-realms',
    title: '8 realms at once (library)',
    from: 'running',
    to: 'running',
    runOurs: async (ours) => void (await makeRealms(ours, 8)),
  },
]

/** What a scenario leaves behind is removed here, after the clock was stopped. */
export async function tidyRealms(ours: Ours): Promise<void> {
  const { keycloak } = await findInstance(ours.config)
  const admin = await adminLogin(keycloak)
  const realms = await admin.realms.find({ briefRepresentation: true })
  for (const { realm = '' } of realms) if (realm.startsWith('bench-')) await admin.realms.del({ realm })
}

/** As the testing module does it for its workers: realms side by side, without a proof. */
async function makeRealms({ config }: Ours, count: number): Promise<void> {
  const { keycloak } = await findInstance(config)
  const names = Array.from({ length: count }, (_, index) => `bench-${index}`)
  const work = { onStep: () => {}, signal: undefined }
  await Promise.all(names.map((realm) => provision(keycloak, { ...config, realm, proof: false }, work)))
}
