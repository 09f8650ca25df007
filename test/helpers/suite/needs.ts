declare module 'vitest' {
  interface TaskMeta {
    /** The requirement of a test that some machines lack; printed when the test is skipped. */
    needs?: string
  }
}

/** Options of a test or a group that runs only where `isThere`. The summary prints `what` as the reason of a skip. */
export const needs = (isThere: boolean, what: string) => ({ skip: !isThere, meta: { needs: what } })
