/** Where a server runs in a benchmark. */
export type BenchRuntime = 'java' | 'compose'

/** Who is measured: this program, or Keycloak as its own guides start it. */
export type Side = 'ours' | 'stock'

/** A way to get a Keycloak with the realm of MCP. Each method returns when it is done, and only then. */
export interface Contender {
  readonly side: Side
  readonly runtime: BenchRuntime
  /** Starts it, with data or without, until it is of use. */
  up(): Promise<void>
  /** Stops it; the data stay. */
  down(): Promise<void>
  /** Stops it and removes its data, as one does to begin anew. */
  wipe(): Promise<void>
  /** The realm as at the beginning; the server runs before and after. */
  reset(): Promise<Measures>
  /** Waits for what it does in the background. */
  settle(): Promise<void>
  /** Removes what earlier servers have left for new ones, as if none had ever been started. */
  forget(): Promise<void>
  /** Resident memory of the running server: megabytes. */
  memoryMb(): Promise<number>
  /** Removes all that it has, in whatever state it is. */
  dispose(): Promise<void>
}

/** What a step found besides the time from outside: milliseconds or megabytes by name. */
export type Measures = Readonly<Record<string, number>>
