import { openRegularFile } from '../config/files/read-file.ts'

/** Bytes read from the end of a file: more than fifty lines. */
const TAIL_BYTES = 64 * 1024

/** Reads the last lines of a text file; none when it does not exist. */
export async function lastLines(path: string, count: number): Promise<readonly string[]> {
  const file = await openRegularFile(path).catch(() => undefined)
  if (!file) return []
  try {
    const { size } = await file.stat()
    const length = Math.min(size, TAIL_BYTES)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.toString('utf8').split('\n').filter(Boolean).slice(-count)
  } finally {
    await file.close()
  }
}
