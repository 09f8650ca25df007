import type { Contender, Measures } from './contender.ts'
import type { Ours } from './ours.ts'
import type { SampleKey, Samples } from './samples.ts'
import type { Watch } from './watch.ts'

/** What a block of steps is played with. */
export interface Stage {
  readonly watch: Watch
  readonly samples: Samples
  /** From 0. */
  readonly round: number
  /** The steps that somebody wants to know of. */
  readonly steps: ReadonlySet<string>
}

/** What an instance does that is thrown away: a first start on this machine, and one where others have run before. */
export const FRESH_STEPS = ['first-up', 'wipe', 'new-instance']

/** What an instance does beside others. */
export const ANOTHER_STEPS = ['new-instance', 'ephemeral']

/** What an instance does in a cache that `prepare` has filled. */
export const PREPARED_STEPS = ['prepare', 'restored-cache']

/** What a user does on a running server, again and again. */
interface Repeated {
  readonly step: string
  /** In a round. */
  readonly times: number
  /** The first time since the start is kept apart: the JVM has not compiled yet what is needed then. */
  readonly firstApart: boolean
  readonly play: (ours: Ours) => Promise<Played>
}

interface Played {
  readonly measures?: Measures
  /** Removes what was made, when nobody watches the clock. */
  readonly tidy?: () => Promise<unknown>
}

const REPEATED: readonly Repeated[] = [
  {
    step: 'reset-realm',
    times: 4,
    firstApart: true,
    play: async (ours) => ({ measures: await ours.reset() }),
  },
  { step: 'up-running', times: 4, firstApart: true, play: (ours) => ours.run('up').then(nothing) },
  { step: 'token', times: 4, firstApart: true, play: (ours) => ours.run('token').then(nothing) },
  { step: 'new-realm', times: 4, firstApart: true, play: async (ours) => ({ tidy: await ours.realms(1) }) },
  {
    step: 'worker-realms',
    times: 1,
    firstApart: false,
    play: async (ours) => ({ tidy: await ours.realms(8) }),
  },
]

/** What a server does that is kept from round to round. */
export const WARM_STEPS = ['warm-up', 'down', 'memory', 'memory-used'].concat(
  REPEATED.flatMap(({ step }) => [step, `${step}-first`]),
  'reset-realm-keycloak-part',
)

/** Makes the server of the warm rounds; it ends stopped, with its data and what it keeps for the next start. */
export async function playPreparation(contender: Contender, stage: Stage): Promise<void> {
  const { watch } = stage
  await watch.prepare(() => contender.forget())
  await watch.measure(key(contender, stage, 'first-up'), () => contender.up().then(noMeasures))
  await watch.prepare(() => contender.settle())
  await watch.prepare(() => contender.down())
}

/** A start of the stopped server, what one does with it then, and the stop. */
export async function playWarm(contender: Contender, stage: Stage): Promise<void> {
  const { watch, samples, steps } = stage
  await watch.measure(key(contender, stage, 'warm-up'), () => contender.up().then(noMeasures))
  const memory = async (step: string) =>
    samples.add(key(contender, stage, step), await watch.prepare(() => contender.memoryMb()))
  if (steps.has('memory')) await memory('memory')
  if (isOurs(contender)) {
    for (const repeated of REPEATED) await playRepeated(contender, stage, repeated)
    if (steps.has('memory-used')) await memory('memory-used')
  } else if (steps.has('reset-realm')) {
    await watch.measure(key(contender, stage, 'reset-realm'), () => contender.reset())
  }
  await watch.measure(key(contender, stage, 'down'), () => contender.down().then(noMeasures))
}

async function playRepeated(ours: Ours, stage: Stage, { step, times, firstApart, play }: Repeated) {
  const { watch, steps } = stage
  if (![step, `${step}-first`, `${step}-keycloak-part`].some((name) => steps.has(name))) return
  const suffixes = [...(firstApart ? ['-first'] : []), ...Array<string>(times).fill('')]
  for (const suffix of suffixes) {
    let played: Played = {}
    await watch.measure(key(ours, stage, `${step}${suffix}`), async () => {
      played = await play(ours)
      return suffix === '' ? played.measures : undefined
    })
    await watch.prepare(async () => played.tidy?.())
  }
}

/** A first server on a machine where none ever ran, from nothing to nothing. */
export async function playFresh(contender: Contender, stage: Stage): Promise<void> {
  await stage.watch.prepare(() => contender.forget())
  await playOnce(contender, stage, 'first-up')
}

/** A new instance beside the one that is kept from round to round, from nothing to nothing. */
export async function playAnother(contender: Contender, stage: Stage): Promise<void> {
  if (stage.steps.has('new-instance')) await playOnce(contender, stage, 'new-instance')
  if (!stage.steps.has('ephemeral') || !isOurs(contender)) return
  await stage.watch.measure(key(contender, stage, 'ephemeral'), () =>
    contender.run('exec', '--ephemeral', '--', 'true').then(noMeasures),
  )
}

/** A first instance on a machine where `prepare` has run, as in a CI job with a restored cache. */
export async function playPrepared(contender: Contender, stage: Stage): Promise<void> {
  if (!isOurs(contender)) return
  const { watch } = stage
  await watch.prepare(() => contender.forget())
  await watch.measure(key(contender, stage, 'prepare'), () => contender.run('prepare').then(noMeasures))
  await watch.measure(key(contender, stage, 'restored-cache'), () => contender.up().then(noMeasures))
  await watch.prepare(() => contender.wipe())
}

async function playOnce(contender: Contender, stage: Stage, step: string): Promise<void> {
  const { watch } = stage
  await watch.measure(key(contender, stage, step), () => contender.up().then(noMeasures))
  await watch.measure(key(contender, stage, 'wipe'), () => contender.wipe().then(noMeasures))
}

function key({ side, runtime }: Contender, { round }: Stage, step: string): SampleKey {
  return { step, part: runtime, side, round }
}

function isOurs(contender: Contender): contender is Ours {
  return contender.side === 'ours'
}

function noMeasures(): undefined {
  return undefined
}

function nothing(): Played {
  return {}
}
