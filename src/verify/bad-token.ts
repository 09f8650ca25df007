import type { TokenFault } from '../servers/server-profile.ts'
import type { Inspection } from './inspection.ts'

/** A token that a correct server refuses. */
export interface BadToken {
  readonly name: string
  readonly title: string
  /** The fault of the token, as named in the fixes of the server profiles. */
  readonly fault: TokenFault
  /** The mistake of a server that accepts it. */
  readonly accepted: string
  readonly why: string
  /** The fix for every kind of server. */
  readonly fix: (inspection: Inspection) => string
  /** Creates the token, or several forms of it. */
  readonly make: (inspection: Inspection) => Promise<string | readonly string[]>
  /** Whether it is only a warning that a server accepts the token. Default: false. */
  readonly warns?: boolean
  /** The names of more general faults. A server with one of them has this fault too. */
  readonly partOf?: readonly string[]
}
