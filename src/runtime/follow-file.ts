import { stat } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { setTimeout as sleep } from 'node:timers/promises'

import { openRegularFile } from '../config/files/read-file.ts'

const POLL_MS = 250
const CHUNK_BYTES = 64 * 1024

/** Options for reading a file. */
export interface FollowOptions {
  /** Whether to continue with lines that are written later, also after the file was replaced. */
  readonly follow: boolean
  readonly signal: AbortSignal | undefined
}

/** Yields the lines of a text file; none when it does not exist. */
export async function* followFile(path: string, { follow, signal }: FollowOptions): AsyncGenerator<string> {
  let position = 0
  let file = 0
  let rest = ''
  let decoder = new StringDecoder('utf8') // a character may be cut by the end of a chunk
  for (;;) {
    const found = await stat(path).catch(() => undefined)
    if (found && (found.ino !== file || found.size < position)) {
      file = found.ino
      position = 0
      decoder = new StringDecoder('utf8')
    }
    for await (const text of chunks(path, position, found?.size ?? 0)) {
      position += text.length
      const lines = (rest + decoder.write(text)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    if (!follow || signal?.aborted) break
    await sleep(POLL_MS, undefined, signal ? { signal } : {}).catch(() => {})
  }
  rest += decoder.end()
  if (rest) yield rest
}

async function* chunks(path: string, from: number, to: number): AsyncGenerator<Buffer> {
  if (from >= to) return
  const file = await openRegularFile(path)
  try {
    for (let position = from; position < to; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position)
      if (bytesRead === 0) return
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
