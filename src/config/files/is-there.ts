import { stat } from 'node:fs/promises'

/** Whether a file or folder exists. Links are followed. */
export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
