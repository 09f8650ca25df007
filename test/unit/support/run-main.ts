import { vi } from 'vitest'

import { main } from '../../../src/cli/main.ts'

/** What the program listens to, and ends with. */
const SOURCES: readonly (readonly [NodeJS.EventEmitter, string])[] = [
  [process, 'SIGINT'],
  [process, 'SIGTERM'],
  [process, 'SIGHUP'],
  [process, 'exit'],
  [process.stdout, 'error'],
  [process.stderr, 'error'],
]

/** What a run of the command line wrote where, and what it ended with. */
export interface MainRun {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | string | null | undefined
}

/** Runs the command line in this process, and leaves nothing of it behind. */
export async function runMain(...args: readonly string[]): Promise<MainRun> {
  const listeners = SOURCES.map(([emitter, name]) => emitter.listeners(name))
  const { fetch } = globalThis
  const written = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += text
      return true
    }),
  )
  try {
    await main(['node', 'mcp-keycloak', ...args])
    return { ...written, exitCode: process.exitCode }
  } finally {
    for (const spy of spies) spy.mockRestore()
    process.exitCode = undefined
    globalThis.fetch = fetch
    for (const [index, [emitter, name]] of SOURCES.entries()) {
      const added = emitter.listeners(name).filter((listener) => !listeners[index]?.includes(listener))
      for (const listener of added) emitter.off(name, listener as () => void)
    }
  }
}
