import type { Command } from 'commander'

import type { Interrupt } from './interrupt.ts'
import type { Output } from './output.ts'

/** What the program gives to each of its commands. */
export interface CommandContext
  extends Pick<Interrupt, 'signal' | 'untilInterrupted' | 'hurry' | 'takeSignals' | 'uninterrupted'> {
  /** The output, as the switches of that call ask for it. */
  readonly output: (command: Command) => Output
}
