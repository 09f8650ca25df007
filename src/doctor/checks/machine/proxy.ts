import { type DoctorCheck, type Finding, ok, warn } from '../../check.ts'

const PROXIES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']

/** Checks that no proxy of the environment catches calls to this machine. */
export const proxy: DoctorCheck<'machine'> = {
  name: 'proxy',
  title: 'Proxy',
  group: 'machine',
  asks: 'machine',
  run: ({ environment }) => judgeProxy(environment),
}

/** Judges the proxy variables of the environment for `http://localhost`. */
export function judgeProxy(environment: Readonly<Record<string, string | undefined>>): Finding {
  const set = PROXIES.filter((name) => environment[name])
  if (set.length === 0) return ok('none for http')
  const excepted = (environment.NO_PROXY ?? environment.no_proxy ?? '')
    .split(/[\s,]+/)
    .map((entry) => entry.trim().replace(/:\d+$/, ''))
  const caught = ['localhost', '127.0.0.1'].filter(
    (host) => !excepted.includes(host) && !excepted.includes('*'),
  )
  if (caught.length === 0) return ok(`${set.join(', ')}, not for this machine`)
  return warn(
    `${set.join(', ')} catches ${caught.join(' and ')}`,
    'Python programs, curl and others would ask the proxy for Keycloak and for the MCP server, which it cannot reach.',
    `export NO_PROXY=${[...new Set([...excepted.filter(Boolean), 'localhost', '127.0.0.1'])].join(',')}`,
  )
}
