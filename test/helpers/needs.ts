declare module 'vitest' {
  interface TaskMeta {
    /** What a test needs that not every machine has; printed when the test is skipped. */
    needs?: string
  }
}

/** Options of a test, or of a group of tests, that runs only where `isThere`; `what` is the reason that the summary prints. */
export const needs = (isThere: boolean, what: string) => ({ skip: !isThere, meta: { needs: what } })
