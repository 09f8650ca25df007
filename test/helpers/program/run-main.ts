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
  const streams = (['stdout', 'stderr'] as const).map((name) => {
    const { write } = process[name]
    process[name].write = (text: unknown) => {
      written[name] += String(text)
      return true
    }
    return { name, write }
  })
  try {
    await main(['node', 'mcp-keycloak', ...args])
    return { ...written, exitCode: process.exitCode }
  } finally {
    for (const { name, write } of streams) process[name].write = write
    process.exitCode = undefined
    globalThis.fetch = fetch
    for (const [index, [emitter, name]] of SOURCES.entries()) {
      const added = emitter.listeners(name).filter((listener) => !listeners[index]?.includes(listener))
      for (const listener of added) emitter.off(name, listener as () => void)
    }
  }
}
