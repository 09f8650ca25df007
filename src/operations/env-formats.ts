import { randomUUID } from 'node:crypto'

import { singleQuoted } from '../config/shell-word.ts'
import { McpKeycloakError } from '../errors.ts'
import { printable, withoutCiCommands } from '../printable.ts'

type Variables = Readonly<Record<string, string>>

/** A value that every reader of these formats reads unchanged without quotes. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]*$/

/**
 * Returns the lines of a `.env` file. Their quotes mean the same to dotenv, python-dotenv, Docker Compose and
 * `node --env-file`.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a value that these programs read differently
 */
export function dotenv(variables: Variables): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    printedLines(name, `${name}=${dotenvValue(name, value)}`),
  )
}

/**
 * Returns lines for a POSIX shell: `eval "$(mcp-keycloak env --format shell)"`.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a value with control or invisible characters
 */
export function shell(variables: Variables): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    assertVisible(name, value)
    return printedLines(
      name,
      `export ${name}=${PLAIN.test(value) && value !== '' ? value : singleQuoted(value)}`,
    )
  })
}

/**
 * Returns text for `$GITHUB_ENV`. The delimiter cannot be guessed, so that no value can end its own text.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a value with control or invisible characters
 */
export function githubEnv(variables: Variables): string {
  const delimiter = `mcp_keycloak_${randomUUID()}`
  return Object.entries(variables)
    .map(([name, value]) => {
      assertVisible(name, value)
      return `${name}<<${delimiter}\n${value}\n${delimiter}\n`
    })
    .join('')
}

/** Returns workflow commands that make GitHub's runner hide values in the job's log. */
export function githubMasks(values: readonly string[]): readonly string[] {
  return values.map(
    (value) => `::add-mask::${value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`,
  )
}

function dotenvValue(name: string, value: string): string {
  assertVisible(name, value)
  if (PLAIN.test(value)) return value
  if (!/['\n\r]/.test(value)) return `'${value}'`
  // Between double quotes only some of these programs expand "$" and "\\".
  if (!/["$\\\n\r]/.test(value)) return `"${value}"`
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `The value of ${name} cannot be written into a .env file.`,
    why: 'It has a line break, or a single quote and one of " $ \\ besides; programs that read .env files do not agree on those.',
    fix: 'Use --format json or --format shell, or choose another password.',
  })
}

/** Refuses a value that the printer would change. A changed secret would not be hidden from a log. */
function assertVisible(name: string, value: string): void {
  if (printable(value) !== value)
    throw unprintable(name, 'It has a control character or an invisible character.')
}

/** Returns the lines of a text; refuses a line that the printer would change. */
function printedLines(name: string, text: string): readonly string[] {
  const lines = text.split('\n')
  if (lines.every((line) => withoutCiCommands(line) === line)) return lines
  throw unprintable(name, 'It has a command that a CI system would take from the log.')
}

function unprintable(name: string, why: string): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: `The value of ${name} cannot be printed in this format.`,
    why,
    fix: 'Use --format json, or choose another value.',
  })
}
