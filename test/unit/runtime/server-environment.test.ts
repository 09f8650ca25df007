import { expect, it } from 'vitest'

import { serverEnvironment } from '../../../src/runtime/server-environment.ts'

it('passes on variables for programs, folders and proxies, and none that a server reads', () => {
  const passedOn = { PATH: '/bin', HOME: '/root', TZ: 'UTC', https_proxy: 'http://proxy', NO_PROXY: 'x' }
  const refused = {
    ...{ DEBUG: 'true', DEBUG_PORT: '1', DEBUG_SUSPEND: 'y', JAVA: '/bin/false', PRINT_ENV: 'true' },
    ...{ KC_DB: 'postgres', KEYCLOAK_ADMIN: 'x', QUARKUS_HTTP_PORT: '1', BASH_ENV: '/x', CDPATH: '/x' },
    ...{ JAVA_OPTS_APPEND: '-Dx', JAVA_ADD_OPENS: 'x', JAVA_LOCALE: 'x', _JAVA_OPTIONS: '-Xmx1m' },
    ...{
      JAVA_TOOL_OPTIONS: '-Xmx1m',
      JDK_JAVA_OPTIONS: '-Xmx1m',
      LD_PRELOAD: '/x',
      LC_ALL: 'tr_TR',
      ENV: '/x',
    },
    ...{ JAVA_HOME: '/other', JAVA_OPTS: '-Xmx1m', GREP_OPTIONS: '-v', CLASSPATH: '/x' },
  }
  const own = { JAVA_OPTS: '-Xmx768m', KC_HTTP_PORT: '8080' }
  expect(serverEnvironment({ ...passedOn, ...refused }, { home: '/jdk' }, own)).toEqual({
    ...passedOn,
    LC_ALL: 'C.UTF-8',
    JAVA_HOME: '/jdk',
    ...own,
  })
})
