import type { CommandTarget } from '../config/command.ts'
import type { RealmOptions } from '../config/realm-options.ts'
import type { Cause } from './causes.ts'

/** The step of the flow in which a failure shows. */
export type Topic = 'registration' | 'login' | 'token' | 'mcp-server' | 'discovery' | 'machine'

/** The values in the evidence: the named groups of the patterns, and the details of the event. */
export type Facts = Readonly<Record<string, string>>

/** The realm of a failure, for commands that can be pasted unchanged. */
export interface RealmContext {
  readonly realm?: string | undefined
  /** The target that all commands name. Default: only the realm, unless it is the default realm. */
  readonly target?: CommandTarget | undefined
  /** The realm's options. An option with a list replaces the list, so a command repeats the other values. */
  readonly options?: RealmOptions | undefined
}

/** An event of Keycloak, from the Admin API or from the log. */
export interface KeycloakEvent {
  /** Ms since 1970. */
  readonly time?: number | undefined
  /** E.g. `CLIENT_REGISTER_ERROR`. */
  readonly type: string
  /** Name of the realm. */
  readonly realm?: string | undefined
  readonly clientId?: string | undefined
  readonly ipAddress?: string | undefined
  /** E.g. `not_allowed`. */
  readonly error?: string | undefined
  readonly details: Readonly<Record<string, string>>
}

/** A pattern for the events of a failure. All given fields must match. */
export interface EventPattern {
  readonly type?: RegExp
  readonly error?: string
  readonly clientId?: RegExp
  /** By name of the detail; named groups become facts. */
  readonly details?: Readonly<Record<string, RegExp>>
}

/** The sentences of an explanation. */
interface Remedy {
  /** The failure, in one sentence that begins with an article or a pronoun. */
  readonly what: string
  readonly why: string
  /** The command or edit that fixes it; further lines are alternatives. */
  readonly fix: string
}

/** A common failure. */
export interface KnownFailure {
  /** Stable public name, for scripts. */
  readonly id: string
  readonly topic: Topic
  readonly cause: Cause
  /** A typical message of the failure, for comparison with similar texts. */
  readonly example: string
  /** Patterns for the output of a program, a page or a log; named groups become facts. */
  readonly text: readonly RegExp[]
  readonly events?: readonly EventPattern[]
  /**
   * Whether the words only make it possible. It is omitted beside a more precise failure: `topic` one of its topic,
   * `any` one of any topic, because its words are the frame of many failures.
   */
  readonly vague?: 'topic' | 'any'
  /** Causes that are only a part of this failure, so they are not reported beside it. */
  readonly covers?: readonly Cause[]
  /** Whether the program must forget its client id. */
  readonly stale?: true
  /** Returns the cause: the host, the scope, the URI. */
  culprit?(facts: Facts): string | undefined
  explain(facts: Facts, culprit: string | undefined, realm: RealmContext): Remedy
  /** Address of a page with details. */
  readonly link: string
}
