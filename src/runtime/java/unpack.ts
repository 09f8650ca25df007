import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

import yauzl from 'yauzl'

import { throwIfInterrupted } from '../../errors.ts'

/**
 * Unpacks a zip whose files are all in one top folder, without that folder. `target` is complete or does not exist. Files
 * keep their times, because otherwise a JVM refuses the class-data archive of another copy.
 *
 * @throws the error of a broken archive, or `INTERRUPTED`; `target` then does not exist
 */
export async function unpack(zip: string, target: string, signal?: AbortSignal): Promise<void> {
  const partial = `${target}.partial`
  await rm(partial, { recursive: true, force: true })
  const archive = await yauzl.openPromise(zip)
  try {
    for await (const entry of archive.eachEntry()) {
      throwIfInterrupted(signal)
      const path = join(partial, ...entry.fileName.split('/').slice(1))
      if (entry.fileName.endsWith('/')) {
        await mkdir(path, { recursive: true })
        continue
      }
      await mkdir(dirname(path), { recursive: true })
      const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644
      await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(path, { mode }))
      const time = entry.getLastModDate({ timezone: 'UTC' }) // the same wherever the cache is filled
      await utimes(path, time, time)
    }
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  } finally {
    archive.close()
  }
  await rename(partial, target)
}
