/** Where a server runs in a benchmark. */
export type BenchRuntime = 'java' | 'compose'

/** Who is measured: this program, or Keycloak as its own guides start it. */
export type Side = 'ours' | 'stock'

/** How far a server is: never started, or its data wiped; stopped with its data there; answering. */
export type State = 'absent' | 'stopped' | 'running'

/** A way to get a Keycloak with the realm of MCP. Each method returns when it is done, and only then. */
export interface Contender {
  readonly side: Side
  readonly runtime: BenchRuntime
  /** Starts it, with data or without, until it is of use. */
  up(): Promise<void>
  down(): Promise<void>
  /** Wipes the data of a stopped server. */
  purge(): Promise<void>
  /** The realm as at the beginning; the server runs before and after. */
  reset(): Promise<Measures>
  /** Waits for what it does in the background. */
  settle(): Promise<void>
  /** Resident memory of the running server: megabytes. */
  memoryMb(): Promise<number>
}

/** What a step took besides the time from outside: milliseconds by name. */
export type Measures = Readonly<Record<string, number>>

/** The time that some work takes: milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
