import { type Contender, type State, timed } from './contender.ts'
import type { Ours } from './ours.ts'
import { MEMORY, type Samples } from './report.ts'
import { type Scenario, tidyRealms } from './scenarios.ts'

/** Plays the scenarios once, from nothing to nothing, and keeps what each took. */
export async function playRound(
  contender: Contender,
  scenarios: readonly Scenario[],
  samples: Samples,
): Promise<void> {
  const { side, runtime: part } = contender
  let state: State = 'absent'
  for (const scenario of scenarios) {
    const play = playable(contender, scenario)
    if (!play) continue
    await bring(contender, state, scenario.from)
    let measures: Readonly<Record<string, number>> | undefined
    const took = await timed(async () => {
      measures = await play()
    })
    samples.add({ scenario: scenario.name, part, side }, took)
    for (const [name, value] of Object.entries(measures ?? {})) {
      samples.add({ scenario: name, part, side }, value)
    }
    state = scenario.to
    if (state === 'running') await contender.settle()
    if (scenario.runOurs) await tidyRealms(contender as Ours)
  }
  if (state === 'running') samples.add({ scenario: MEMORY, part, side }, await contender.memoryMb())
  await bring(contender, state, 'absent')
}

function playable(contender: Contender, { run, runOurs }: Scenario) {
  if (run) return () => run(contender)
  return runOurs && contender.side === 'ours' ? () => runOurs(contender as Ours) : undefined
}

/** From one state to another, with nobody watching the clock. */
async function bring(contender: Contender, from: State, to: State): Promise<void> {
  if (from === to) return
  if (to === 'absent') {
    if (from === 'running') await contender.down()
    await contender.purge()
  } else if (to === 'stopped') {
    if (from === 'absent') await bring(contender, from, 'running')
    await contender.down()
  } else {
    await contender.up()
    await contender.settle()
  }
}
