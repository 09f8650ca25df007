import {
  ANOTHER_STEPS,
  FRESH_STEPS,
  PREPARED_STEPS,
  playAnother,
  playFresh,
  playPreparation,
  playPrepared,
  playWarm,
  type Stage,
  WARM_STEPS,
} from './blocks.ts'
import type { BenchRuntime, Contender } from './contender.ts'
import type { BenchPart, Parts } from './parts.ts'
import type { Samples } from './samples.ts'
import { ourTestFiles, stockTestFiles } from './test-files.ts'
import { Over, type Watch } from './watch.ts'

/** How much is measured. */
interface Amount {
  /** Rounds of warm starts. */
  readonly rounds: number
  /** Rounds with first starts, too: these take the most time. */
  readonly firstRounds: number
  readonly testFiles: number
  /** The steps that somebody wants to know of. */
  readonly steps: ReadonlySet<string>
}

/** How it went. */
export interface Played {
  /** Rounds that were finished. */
  rounds: number
  /** What did not run, and why. */
  readonly notes: string[]
}

/** A container for each test file takes about this long, two at a time on two cores: milliseconds. */
const CONTAINER_MS = 25_000

interface Play {
  readonly parts: Parts
  readonly watch: Watch
  readonly samples: Samples
  readonly amount: Amount
}

/**
 * Plays the rounds. What matters most comes first, since the time may end it: warm starts in each round, first starts in
 * the first rounds, the test files once these are over.
 *
 * @param played is filled in while it goes on
 * @throws {Over}
 */
export async function play({ parts, watch, samples, amount }: Play, played: Played): Promise<void> {
  const { steps, rounds, testFiles } = amount
  const isWarm = WARM_STEPS.some((step) => steps.has(step))
  const isFresh = FRESH_STEPS.some((step) => steps.has(step))
  const firstRounds = isWarm ? amount.firstRounds : rounds
  const failed = new Set<BenchRuntime>()

  /** Who begins alternates: what the first leaves in the caches helps the second. */
  async function eachSide(
    round: number,
    which: 'kept' | 'fresh' | 'another',
    block: (contender: Contender, stage: Stage) => Promise<void>,
  ): Promise<void> {
    for (const part of parts.parts.filter(({ runtime }) => !failed.has(runtime))) {
      const pair = round % 2 === 0 ? part[which] : part[which].toReversed()
      for (const contender of pair) {
        if (failed.has(part.runtime)) break
        const stage = { watch, samples, round, steps }
        await orNote(part, `${contender.side}, round ${round + 1}`, () => block(contender, stage))
      }
    }
  }

  /** What fails on one runtime is no reason to throw away what was measured, nor to leave out the other one. */
  async function orNote({ runtime }: BenchPart, what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof Over) {
        played.notes.push(`${runtime}, ${what}: not finished, ${error.message}`)
        throw error
      }
      failed.add(runtime)
      played.notes.push(
        `${runtime}, ${what}: failed, and was left out from then on: ${(error as Error).message}`,
      )
    }
  }

  async function files(part: BenchPart): Promise<void> {
    const { runtime } = part
    const needsMs = runtime === 'java' ? 60_000 : 60_000 + testFiles * CONTAINER_MS
    if (watch.leftMs() < needsMs) {
      played.notes.push(`${runtime}, test files: not run, too little time was left`)
      return
    }
    const key = { step: 'test-files', part: runtime, round: 0 } as const
    await orNote(part, 'test files', async () => {
      const { folder, realmFile } = parts
      const { cache } = part
      const ours = () => ourTestFiles(runtime, testFiles, { folder, cache }).then(() => undefined)
      await watch.measure({ ...key, side: 'ours' }, ours)
      if (runtime === 'java') return
      const containers = () => stockTestFiles(testFiles, realmFile, watch.check).then(() => undefined)
      await watch.measure({ ...key, side: 'stock' }, containers)
    })
  }

  // A new instance is compared with others on a machine where one has run before.
  const isAnother = ANOTHER_STEPS.some((step) => steps.has(step))
  const isRestored = PREPARED_STEPS.some((step) => steps.has(step))
  const isPrepared = isWarm || isAnother
  if (isPrepared) await eachSide(0, 'kept', playPreparation)
  const filesAfter = isWarm || isFresh ? Math.min(firstRounds, rounds) : 1
  for (let round = 0; round < rounds; round += 1) {
    if (isWarm) await eachSide(round, 'kept', playWarm)
    // The preparation was a first start: that of round 1.
    const isFirst = round < firstRounds
    if (isFresh && isFirst && (round > 0 || !isPrepared)) await eachSide(round, 'fresh', playFresh)
    if (isAnother && isFirst) await eachSide(round, 'another', playAnother)
    if (isRestored && isFirst) await eachSide(round, 'fresh', playPrepared)
    if (round + 1 === filesAfter && steps.has('test-files')) for (const part of parts.parts) await files(part)
    played.rounds = round + 1
  }
}
