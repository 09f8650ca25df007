import type { ConfigKey } from '../../../src/config/schema.ts'

/** Of each option some values that are taken, and some that are not. */
export const OPTION_SAMPLES: readonly (readonly [ConfigKey, readonly unknown[], readonly unknown[]])[] = [
  ['instance', ['default', 'kc-26_6', '2'], ['', 'Default', '-x', 'a/b', '..', 'a b']],
  ['runtime', ['auto', 'compose', 'java'], ['docker', 'external', '']],
  ['port', [1, '8081', 65_535], [0, '65536', '80.5', 'http', '']],
  ['timeout', ['0.5', 86_400], [0, -1, 86_401, 'long']],
  ['realm', ['fastmcp', 'My.realm-2_x'], ['master', 'a b', 'ü', '/x', '-x', '']],
  ['keycloakUrl', ['https://auth.test/kc'], ['auth.test', 'ftp://auth.test', '']],
  [
    'mcpUrl',
    [['http://localhost:8000/mcp?x=1'], []],
    [['localhost:8000/mcp'], ['http://x/mcp#top'], 'http://x'],
  ],
  [
    'trustedHost',
    [['example.com', '*.example.com', '[::1]', '10.0.0.1']],
    [['http://x'], ['x:80'], ['x/y'], ['*']],
  ],
  [
    'user',
    [['bob', 'bob:', 'bob:pass word', 'bob:pw:admin,x', 'b@c.de::admin', 'Jürgen_x+1']],
    [['a b'], [':pw'], ['a:b:c:d'], ['bo$b'], ['b=c'], ['bob.'], ['b..c'], ['bob@']],
  ],
  [
    'scope',
    [['api:read', 'api:read:"Read your data"', 'a:""', 'https://api.test/read']],
    [['api read'], [''], ['api:read:"open'], ['a"b'], ['a\\b'], 'api:read'],
  ],
  ['role', [['editor', 'realm-editor', 'ü']], [['a b'], ['a,b'], ['a:b'], ['']]],
  [
    'userAttribute',
    [['bob:userLoginId=7', 'bob:url=http://x?a=b', 'b@c.de:k=two words']],
    [['bob'], ['bob:k'], ['bob:k='], [':k=v'], ['bob:=v'], ['k=v'], ['bob: k=v']],
  ],
  [
    'origin',
    [
      [
        'http://localhost:5173',
        'http://127.0.0.1',
        'http://[::1]:3000',
        'http://app.localhost:1',
        'https://x.test',
      ],
    ],
    [['http://x.test'], ['http://10.0.0.1:3000'], ['http://localhost:5173/'], ['localhost:5173'], ['*']],
  ],
  [
    'downstream',
    [['ofbiz:use-api', 'app:read,app:write']],
    [['ofbiz'], ['ofbiz:'], [':use-api'], ['a:b,'], ['a:b c'], ['a:b:c']],
  ],
  ['serviceAccount', [['worker', 'nightly.job-2']], [['a b'], ['-x'], [''], ['a/b']]],
  ['tokenLifespan', [1, '300', 86_400], [0, '0', -5, 1.5, 86_401, 'long', '']],
  ['consent', [true, false], ['false', 0]],
  ['with', [['oauth-proxy', './mine.json'], []], [[''], 'oauth-proxy', [1]]],
  ['proof', [true, false], ['true', 1]],
  ['keycloakHome', ['/opt/keycloak'], ['']],
]
