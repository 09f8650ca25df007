/** Wraps a function so that it runs only once, at the first call. Later calls get the same result or error. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}
