import type { CommandContext } from '../../../src/cli/context.ts'
import type { Output } from '../../../src/cli/output.ts'

/** What the program gives to its commands: this output, and no signal ever. */
export function testContext(output: Output): CommandContext {
  return {
    output: () => output,
    onUnread: () => {},
    untilInterrupted: new AbortController().signal,
    hurry: new AbortController().signal,
    signal: new AbortController().signal,
    takeSignals: () => ({ [Symbol.dispose]: () => {} }),
    uninterrupted: (work) => work(),
  }
}
