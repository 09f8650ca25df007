import { createHash } from 'node:crypto'
import { hostname } from 'node:os'

import { z } from 'zod'

/** A process that works on a realm. Only its own machine can check whether it was killed. */
export const ownerSchema = z.object({
  /** Short hash of the machine's name. */
  host: z.string(),
  pid: z.number().int(),
})

/** A process that works on a realm. */
export type Owner = Readonly<z.infer<typeof ownerSchema>>

/** This process. */
export const THIS_PROCESS: Owner = {
  host: createHash('sha256').update(hostname()).digest('hex').slice(0, 6),
  pid: process.pid,
}

/** Whether a process of this machine has ended; `undefined` for a process of another machine. */
export function isGone({ host, pid }: Owner): boolean | undefined {
  if (host !== THIS_PROCESS.host) return undefined
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
