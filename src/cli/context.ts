import type { Command } from 'commander'

import type { Output } from './output.ts'

/** What the program gives to each of its commands. */
export interface CommandContext {
  /** The output, as the switches of that call ask for it. */
  readonly output: (command: Command) => Output
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
}
