import { describe, expect, it } from 'vitest'

import { serverTrouble } from '../../../src/runtime/server-trouble.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** The reported failure of a server with that log. */
async function seen(lines: readonly string[], isRunning: boolean, name: 'java' | 'compose' = 'java') {
  const runtime = { name, lastLog: async () => lines, isRunning: async () => isRunning }
  return serverTrouble(runtime, { instance: 'shop', folder: await tempFolder() })
}

describe('a server that fails', () => {
  it.each([
    ['DISK_FULL', 'java.io.IOException: No space left on device'],
    ['DATABASE_LOCKED', 'ERROR: Database may be already in use: "/x/keycloakdb.mv.db".'],
    ['KEYCLOAK_EXITED', 'Terminating due to java.lang.OutOfMemoryError: Java heap space'],
    ['KEYCLOAK_EXITED', '# There is insufficient memory for the Java Runtime Environment to continue.'],
    ['KEYCLOAK_EXITED', 'Could not reserve enough space for code cache (245760K)'],
    ['KEYCLOAK_EXITED', 'Could not allocate compressed class space: 1073741824 bytes'],
    ['KEYCLOAK_EXITED', 'Killed'],
    ['PORT_IN_USE', 'ERROR: Port(s) already bound: 9000: Address already in use'],
  ])('is said to have %s, with the line of its log: %s', async (code, line) => {
    const error = await seen(['INFO before', line, 'INFO after'], false)
    expect(error).toMatchObject({ code, why: `Its log says: ${line}` })
    expect(error?.message).toContain('(instance "shop")')
    expect(error?.fix).toContain('--instance shop')
    expect(error?.fix).not.toMatch(/purge|--hard|reset-realm/)
  })

  it('has nothing to be seen when its log has another reason', async () => {
    expect(await seen(['ERROR Unknown option: x'], false)).toBeUndefined()
  })

  it('was not killed while it runs: that line is of a child', async () => {
    expect(await seen(['Killed'], true)).toBeUndefined()
  })
})
