import type { Part } from './samples.ts'

/** What is compared: steps of ours, in turn, and steps of stock Keycloak. */
export interface Row {
  readonly name: string
  readonly title: string
  readonly ours: readonly string[]
  /** Empty: stock Keycloak has nothing like it. */
  readonly stock: readonly string[]
}

/** Without any server, against an empty program. */
const CLI_ROWS = [
  both('--version', '--version; stock: node -e 0'),
  both('--help', '--help; stock: node -e 0'),
]

/** How many test files the comparison with a container for each of them has, unless it is said. */
export const TEST_FILES = 8

/** The rows of a part, the most telling first. */
export function rowsOf(part: Part, testFiles = TEST_FILES): readonly Row[] {
  if (part === 'cli') return CLI_ROWS
  const stockFiles = part === 'java' ? 'stock: not measured' : 'stock: a container for each, 2 at a time'
  return [
    both('warm-up', 'up again after down'),
    both('down', 'down'),
    both('restart', 'down, then up again', ['down', 'warm-up']),
    row('warm-up-target', 'up again; stock: down, then up', ['warm-up'], ['down', 'warm-up']),
    both('reset-realm', 'reset the realm; stock: wipe, then up'),
    ours('reset-realm-keycloak-part', 'reset the realm, without the start of the program'),
    row(
      'reset-realm-first',
      'reset the realm, right after the start',
      ['reset-realm-first'],
      ['reset-realm'],
    ),
    both('first-up', 'first up, with nothing but the image or the distribution'),
    row(
      'new-instance',
      'up of a new instance beside another; stock: first up',
      ['new-instance'],
      ['first-up'],
    ),
    row('ephemeral', 'exec --ephemeral -- true; stock: first up', ['ephemeral'], ['first-up']),
    ours('prepare', 'prepare, with nothing but the image or the distribution'),
    row('restored-cache', 'up with what prepare has made; stock: first up', ['restored-cache'], ['first-up']),
    row(
      'wipe-and-up',
      'down --purge, then up; stock: wipe, then up',
      ['wipe', 'new-instance'],
      ['reset-realm'],
    ),
    ours('up-running', 'up when it runs'),
    ours('up-running-first', 'up when it runs, for the first time since the start'),
    ours('token', 'token of a real login'),
    ours('token-first', 'token of a real login, for the first time since the start'),
    ours('new-realm', 'one more realm (testing module)'),
    ours('new-realm-first', 'one more realm, for the first time since the start'),
    ours('worker-realms', '8 realms at once (testing module)'),
    both('test-files', `${testFiles} test files: a server with a realm for each; ${stockFiles}`),
    both('memory', 'memory when it has started'),
    ours('memory-used', 'memory after all of this'),
  ]
}

/** Megabytes and not milliseconds. */
export function isMemory({ name }: Pick<Row, 'name'>): boolean {
  return name.startsWith('memory')
}

function row(name: string, title: string, ours: readonly string[], stock: readonly string[]): Row {
  return { name, title, ours, stock }
}

function both(name: string, title: string, steps: readonly string[] = [name]): Row {
  return row(name, title, steps, steps)
}

function ours(name: string, title: string): Row {
  return row(name, title, [name], [])
}
