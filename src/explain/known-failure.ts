import type { CommandTarget } from '../config/addressed.ts'
import type { RealmOptions } from '../config/realm-options.ts'

/** Where in the flow a failure shows. */
export type Topic = 'registration' | 'login' | 'token' | 'mcp-server' | 'discovery' | 'machine'

/** What was read out of the evidence: the named groups of the patterns, and the details of the event. */
export type Facts = Readonly<Record<string, string>>

/** What is known of the realm in which it happened, for commands that can be pasted as they are. */
export interface RealmContext {
  readonly realm?: string | undefined
  /** What the commands have to name in any case; default: the realm alone, where it is not the usual one. */
  readonly target?: CommandTarget | undefined
  /** The options it was made with: an option that takes a list replaces it, so a command has to repeat the rest. */
  readonly options?: RealmOptions | undefined
}

/** An event of Keycloak, as the Admin API has it and as the log has it. */
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

/** Which events a failure shows as; all that is given has to fit. */
export interface EventPattern {
  readonly type?: RegExp
  readonly error?: string
  readonly clientId?: RegExp
  /** By name of the detail; named groups become facts. */
  readonly details?: Readonly<Record<string, RegExp>>
}

/** The sentences of an explanation. */
interface Remedy {
  /** What happened, in one sentence that begins with an article or a pronoun. */
  readonly what: string
  readonly why: string
  /** The command or edit that cures it; further lines are other ways. */
  readonly fix: string
}

/** A failure that many have met. */
export interface KnownFailure {
  /** Stable and public: scripts may branch on it. */
  readonly id: string
  readonly topic: Topic
  /** How it looks to somebody who meets it: the text that a similar one is compared with. */
  readonly example: string
  /** In what a program shows, a page says, a log holds; named groups become facts. */
  readonly text: readonly RegExp[]
  readonly events?: readonly EventPattern[]
  /** It says less than others of its topic that are seen beside it: then it is left out. */
  readonly vague?: true
  /** A program has to forget its client id. */
  readonly stale?: true
  /** What exactly is to blame: the host, the scope, the URI. */
  culprit?(facts: Facts): string | undefined
  explain(facts: Facts, culprit: string | undefined, realm: RealmContext): Remedy
  /** Where more is said of it. */
  readonly link: string
}
