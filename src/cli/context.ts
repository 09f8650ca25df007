import type { Command } from 'commander'

import type { Interrupt } from './interrupt.ts'
import type { Output } from './output.ts'

/** The program's services for its commands. */
export interface CommandContext
  extends Pick<Interrupt, 'signal' | 'untilInterrupted' | 'hurry' | 'takeSignals' | 'uninterrupted'> {
  /** Returns the output for the switches of a call. */
  readonly output: (command: Command) => Output
  /** Calls `end` when nobody reads the result any more. Default: the program ends at once. */
  readonly onUnread: (end: () => void) => void
}
