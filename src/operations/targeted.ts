import { AsyncLocalStorage } from 'node:async_hooks'

import { commandTarget, withTarget } from '../config/command.ts'
import type { ResolvedConfig } from '../config/resolve.ts'
import type { Config } from '../config/schema.ts'

type Given = readonly [Config | ResolvedConfig, ...unknown[]]

/** Returns an operation whose advice names the instance and the realm of its options. */
export function targeted<Args extends Given, Result>(
  run: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => withTarget(targetOf(args), () => run(...args))
}

/** Returns the same for an operation whose results come one by one. */
export function targetedStream<Args extends Given, Result>(
  run: (...args: Args) => AsyncGenerator<Result>,
): (...args: Args) => AsyncGenerator<Result> {
  return async function* (...args) {
    const inTarget = withTarget(targetOf(args), () => AsyncLocalStorage.snapshot())
    const results = run(...args)
    try {
      for (;;) {
        const { done, value } = await inTarget(() => results.next())
        if (done) return
        yield value
      }
    } finally {
      await inTarget(() => results.return(undefined))
    }
  }
}

function targetOf([options]: Given) {
  return commandTarget('config' in options ? options.config : options)
}
