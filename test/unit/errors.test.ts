import { describe, expect, it } from 'vitest'

import { type ErrorCode, EXIT_CODES, McpKeycloakError, throwIfInterrupted } from '../../src/errors.ts'

const TEXT = { what: 'It broke.', why: 'It was old.', fix: 'Take a new one.' }

describe('the exit code', () => {
  it.each<[number, readonly ErrorCode[]]>([
    [2, ['USAGE_INVALID', 'CONFIG_INVALID', 'REALM_INVALID', 'VERSION_UNSUPPORTED', 'SNIPPET_NOT_WRITTEN']],
    [
      3,
      [
        'NOT_RUNNING',
        'REALM_NOT_FOUND',
        'DOCKER_MISSING',
        'DOCKER_NOT_RUNNING',
        'COMPOSE_MISSING',
        'COMPOSE_FAILED',
      ],
    ],
    [3, ['IMAGE_NOT_FOUND', 'JAVA_MISSING', 'NO_RUNTIME', 'PORT_IN_USE', 'DISK_FULL', 'STATE_UNWRITABLE']],
    [3, ['DISTRIBUTION_UNAVAILABLE', 'DISTRIBUTION_CORRUPT', 'INSTANCE_BUSY']],
    [4, ['KEYCLOAK_NOT_READY', 'KEYCLOAK_EXITED', 'KEYCLOAK_UNREACHABLE']],
    [5, ['ADMIN_LOGIN_REFUSED', 'REALM_REFUSED', 'DISCOVERY_FAILED', 'REGISTRATION_REFUSED']],
    [5, ['LOGIN_REFUSED', 'TOKEN_WRONG']],
    [126, ['COMMAND_NOT_EXECUTABLE']],
    [127, ['COMMAND_NOT_FOUND']],
    [130, ['INTERRUPTED']],
  ])('is %i for %j', (exitCode, codes) => {
    for (const code of codes)
      expect([code, new McpKeycloakError(code, TEXT).exitCode]).toEqual([code, exitCode])
  })

  it('the exit code is 0 when done, 1 for a bug, 6 for a fault', () => {
    expect(EXIT_CODES).toMatchObject({ done: 0, bug: 1, faultFound: 6 })
  })
})

describe('an error', () => {
  it('an error has what, why and fix, and keeps its cause', () => {
    const cause = new Error('ENOENT')
    const error = new McpKeycloakError('USAGE_INVALID', { ...TEXT, cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'McpKeycloakError',
      message: TEXT.what,
      why: TEXT.why,
      fix: TEXT.fix,
      cause,
    })
  })

  it('has no cause when there is none', () => {
    expect('cause' in new McpKeycloakError('USAGE_INVALID', TEXT)).toBe(false)
  })
})

describe('an interruption', () => {
  it('is thrown once the signal is there, and not before', () => {
    const interrupt = new AbortController()
    throwIfInterrupted(undefined)
    throwIfInterrupted(interrupt.signal)
    interrupt.abort()
    expect(() => throwIfInterrupted(interrupt.signal)).toThrow(
      expect.objectContaining({ code: 'INTERRUPTED' }),
    )
  })
})
