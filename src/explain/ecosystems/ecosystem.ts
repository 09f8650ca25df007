import type { Cause } from '../causes.ts'

/** The part of the flow that a program has. */
type Side = 'client' | 'mcp-server' | 'keycloak' | 'machine'

/** A family of programs and libraries with the same settings. */
export interface Ecosystem {
  /** Stable public name, for scripts. */
  readonly name: string
  /** Name for people. */
  readonly title: string
  readonly side: Side
  /** Words that only its programs write. */
  readonly signs: readonly RegExp[]
  /** The setting that fixes a cause. `{name}` stands for a value of the message. */
  readonly settings: Readonly<Partial<Record<Cause, string>>>
  /** Address of its documentation of these settings. */
  readonly docs: string
}
