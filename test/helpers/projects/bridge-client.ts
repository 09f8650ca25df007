import { createInterface } from 'node:readline'

import { execa } from 'execa'

import { METHODS, type MethodName, type Result } from '../../../src/bridge/protocol.ts'
import { BIN } from '../program/cli.ts'

/** The answer to a request. */
interface Answer {
  readonly id: unknown
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string; readonly why: string }
}

/** A bridge process of a test, and its client. */
export interface BridgeClient extends AsyncDisposable {
  readonly pid: number
  /** All lines of the bridge so far. */
  readonly lines: readonly Record<string, unknown>[]
  /** Sends a request. The result is as its schema says, or the test fails. */
  request<Name extends MethodName>(method: Name, params?: object): Promise<Result<Name>>
  /** Sends any request. */
  ask(method: string, params?: unknown): Promise<Answer>
  signal(name: 'SIGTERM' | 'SIGKILL'): void
  /** Closes the input. Returns the exit code and the last line. */
  end(): Promise<{ readonly exitCode: number; readonly last: Record<string, unknown> | undefined }>
}

/** Starts the built bridge with the environment of this process. */
export function startBridge(): BridgeClient {
  const child = execa(process.execPath, [BIN, 'bridge'], { stdin: 'pipe', reject: false })
  const lines: Record<string, unknown>[] = []
  const waiting = new Map<unknown, (answer: Answer) => void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Record<string, unknown> // each line is JSON, or this throws
    lines.push(message)
    waiting.get(message.id)?.(message as unknown as Answer)
  })
  let id = 0
  const ask = (method: string, params?: unknown) => {
    id += 1
    const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    child.stdin.write(`${JSON.stringify({ id, method, ...(params !== undefined && { params }) })}\n`)
    return answer
  }
  const end = async () => {
    child.stdin.end()
    const { exitCode = -1 } = await child
    return { exitCode, last: lines.at(-1) }
  }
  return {
    pid: child.pid ?? 0,
    lines,
    ask,
    async request(method, params) {
      const { result, error } = await ask(method, params)
      if (error) throw new Error(`${method}: ${error.message} ${error.why}`)
      return METHODS[method].result.parse(result) as Result<typeof method>
    },
    signal: (name) => child.kill(name),
    end,
    [Symbol.asyncDispose]: async () => {
      await end()
    },
  }
}
