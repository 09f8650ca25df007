import type { Runtime } from '../../../src/runtime/runtime.ts'

/** A runtime that starts nothing, and notes what it was asked to do. */
export interface FakeRuntime extends Runtime {
  readonly calls: string[]
}

/**
 * A runtime without a Keycloak: `running` says whether there is one before anything is done. `server` answers in its
 * place while it runs.
 */
export function fakeRuntime({
  running = false,
  failing,
  server,
}: {
  running?: boolean
  failing?: Error | undefined
  server?: { open(ports: readonly number[]): Promise<void>; close(): Promise<void> }
} = {}): FakeRuntime {
  const calls: string[] = []
  let isUp = running
  return {
    name: 'java',
    calls,
    async prepare() {
      calls.push('prepare')
    },
    keepDatabase: async () => {},
    finishCache: async () => [],
    settle: async (state) => state,
    claim: async () => ({}),
    async carryData(before, version) {
      calls.push(`carry data from ${before.version} to ${version}`)
    },
    async start({ port, managementPort }) {
      calls.push('start')
      if (failing) throw failing
      await server?.open([port, managementPort])
      isUp = true
      return { pid: 4711, processStart: 'now' }
    },
    find: async () => undefined,
    hasDatabase: async () => false,
    async saveDatabase() {
      calls.push('save database')
    },
    async putDatabase() {
      calls.push('put database')
    },
    async recoverAdmin() {
      calls.push('recover admin')
    },
    async clearBootstrap() {
      calls.push('clear bootstrap')
    },
    isRunning: async () => isUp,
    isStarting: async () => isUp,
    async stop() {
      calls.push('stop')
      await server?.close()
      isUp = false
    },
    stopStray: async () => false,
    purge: async () => [],
    lastLog: async () => [],
    async *log() {},
    containerUrl: () => 'http://keycloak:8080',
  }
}
