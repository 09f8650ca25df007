import { z } from 'zod'

import type { ProvisionReport } from '../provisioning/provision.ts'

/** Where the time of `up` went: milliseconds. */
export const upTimingsSchema = z.strictObject({
  /** Fetching and unpacking what was missing; 0 when nothing was. */
  fetchMs: z.number(),
  /** From the start of the server until it answered. */
  startMs: z.number(),
  /** Making the realm, or finding that it is there. */
  realmMs: z.number(),
  /** Playing a client; 0 with `--no-proof`. */
  proofMs: z.number(),
})

/** Where the time of `up` went: milliseconds. */
export type UpTimings = Readonly<z.infer<typeof upTimingsSchema>>

interface Moments {
  readonly fetchMs: number
  readonly beganAt: number
  readonly readyAt: number
}

/** Divides the time of an `up` by the moments between its parts. */
export function timings({ fetchMs, beganAt, readyAt }: Moments, { proof }: ProvisionReport): UpTimings {
  const proofMs = proof?.elapsedMs ?? 0
  return {
    fetchMs,
    startMs: readyAt - beganAt - fetchMs,
    realmMs: Date.now() - readyAt - proofMs,
    proofMs,
  }
}
