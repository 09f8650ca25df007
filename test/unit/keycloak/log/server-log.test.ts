import { describe, expect, it } from 'vitest'

import { lastErrors, reasonInLog } from '../../../../src/keycloak/log/server-log.ts'

describe("what a server's log says of its failure", () => {
  it('is its last errors, without stack traces', () => {
    const lines = [
      '2026-01-02 03:04:05,678 INFO  [io.quarkus] (main) Keycloak started',
      '2026-01-02 03:04:06,678 ERROR [org.keycloak.services] (main) KC-SERVICES0010: Failed to add user',
      'java.net.BindException: Address already in use',
      '\tat java.base/sun.nio.ch.Net.bind0(Native Method)',
      'Caused by: java.lang.IllegalStateException: x',
      '\t... 12 more',
      '2026-01-02 03:04:07,678 INFO  [io.quarkus] (main) Keycloak stopped',
    ]
    expect(lastErrors(lines)).toEqual([lines[1], lines[2], lines[4]])
  })

  it('is what the shell or the JVM say when the server never starts', () => {
    const lines = [
      'kc.sh: line 3: java: command not found',
      'Error: Could not find or load main class x',
      'bye',
    ]
    expect(lastErrors(lines)).toEqual(lines.slice(0, 2))
  })

  it('is its last lines when none is an error', () => {
    expect(lastErrors(['a', 'b', 'c'], 2)).toEqual(['b', 'c'])
    expect(lastErrors([])).toEqual([])
  })

  it('the log has only the requested lines', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `ERROR ${index}`)
    expect(lastErrors(lines)).toEqual(lines.slice(-6))
    expect(lastErrors(lines, 1)).toEqual(['ERROR 19'])
  })
})

describe('the reason of a refused request', () => {
  it.each([
    [
      'ERROR [org.keycloak.services.error.KeycloakErrorHandler] (executor-thread-1) Uncaught server error: java.lang.RuntimeException: Invalid client shop: a redirect URI is not valid',
      'Invalid client shop: a redirect URI is not valid',
    ],
    [
      'ERROR [org.keycloak.services.resources.admin.RealmsAdminResource] (executor-thread-1) Password policy not met for user ann: org.keycloak.policy.PasswordPolicyNotMetException: invalidPasswordMinLengthMessage',
      'Password policy not met for user ann: org.keycloak.policy.PasswordPolicyNotMetException: invalidPasswordMinLengthMessage',
    ],
  ])('is the last one, without its place in the server: %s', (entry, reason) => {
    const lines = [
      '2026-01-02 03:04:05,678 ERROR [org.keycloak.services] (main) an earlier one',
      `2026-01-02 03:04:06,678 ${entry}`,
      '\tat org.keycloak.Frame',
    ]
    expect(reasonInLog(lines)).toEqual([`Its log says: ${reason}`])
  })

  it('is not our own question about single fields', () => {
    const entry = '2026-01-02 03:04:06,678 ERROR [org.keycloak.services] (executor-thread-1) '
    const lines = [
      `${entry}Password policy not met`,
      ...Array(9).fill(`${entry}Conflict: Realm master already exists`),
    ]
    expect(reasonInLog(lines)).toEqual(['Its log says: Password policy not met'])
  })

  it('is not there in a log without errors', () => {
    expect(reasonInLog([])).toEqual([])
  })
})
