/**
 * Kills first starts of `up` at random steps and times, each on a new instance. Checks that the next `up` and `down`
 * work. Usage: `npm run build && node scripts/soak-up.ts [runs] [seed]`. Ends with 1 when a run failed.
 */
import { testInstance } from '../test/helpers/program/instance.ts'
import { downLeavesNothing, killUp, upAfterKill } from '../test/helpers/program/killed-up.ts'
import { seededRandom } from '../test/helpers/suite/seeded-random.ts'

const [runs = '20', seed = '1'] = process.argv.slice(2)
const random = seededRandom(Number(seed))
/** Steps of a first start, and the longest time after each. */
const STEPS = [
  ['Unpacking', 1000],
  ['Starting', 6000],
  ['Applying', 600],
] as const

let broken = 0
for (let run = 1; run <= Number(runs); run++) {
  const [step, longest] = STEPS[Math.floor(random() * STEPS.length)] ?? STEPS[0]
  const ms = Math.floor(random() * longest)
  await using instance = await testInstance('java')
  let outcome = 'whole'
  try {
    await killUp(instance.env, step, ms)
    await upAfterKill(instance)
    await downLeavesNothing(instance)
  } catch (cause) {
    broken++
    outcome = String(cause)
  }
  process.stdout.write(`${run} "${step}" and ${ms} ms: ${outcome}\n`)
}
process.stdout.write(`seed ${seed}: ${runs} runs, ${broken} broken\n`)
process.exitCode = broken > 0 ? 1 : 0
