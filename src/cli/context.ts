import type { Command } from 'commander'

import type { TakeSignals } from '../operations/exec.ts'
import type { Output } from './output.ts'

/** What the program gives to each of its commands. */
export interface CommandContext {
  /** The output, as the switches of that call ask for it. */
  readonly output: (command: Command) => Output
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  /** Hands the signals to somebody else for a time, in place of interrupting. */
  readonly takeSignals: TakeSignals
}
