import { randomUUID } from 'node:crypto'

import { singleQuoted } from '../config/shell-word.ts'
import { McpKeycloakError } from '../errors.ts'
import { printable, withoutCiCommands } from '../printable.ts'

type Variables = Readonly<Record<string, string>>

/** A value that every reader of any of these formats takes unchanged, without quotes. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]*$/

/**
 * Lines of a `.env` file, quoted so that dotenv, python-dotenv, Docker Compose and `node --env-file` all read the same.
 *
 * @throws {McpKeycloakError} `USAGE_INVALID` for a value that they would read each in another way
 */
export function dotenv(variables: Variables): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    printedLines(name, `${name}=${dotenvValue(name, value)}`),
  )
}

/**
 * Lines for a POSIX shell: `eval "$(mcp-keycloak env --format shell)"`.
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
 * Text for `$GITHUB_ENV`. The delimiter cannot be guessed, so that no value can end its own text.
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

/** Workflow commands that make GitHub's runner hide values in the log of the job. */
export function githubMasks(values: readonly string[]): readonly string[] {
  return values.map(
    (value) => `::add-mask::${value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`,
  )
}

function dotenvValue(name: string, value: string): string {
  assertVisible(name, value)
  if (PLAIN.test(value)) return value
  if (!/['\n\r]/.test(value)) return `'${value}'`
  // Between double quotes some of them expand "$" and "\\", and others do not.
  if (!/["$\\\n\r]/.test(value)) return `"${value}"`
  throw new McpKeycloakError('USAGE_INVALID', {
    what: `The value of ${name} cannot be written into a .env file.`,
    why: 'It has a line break, or a single quote and one of " $ \\ besides; programs that read .env files do not agree on those.',
    fix: 'Use --format json or --format shell, or choose another password.',
  })
}

/** A value that may not be shown would be another one when it is printed. A secret would not be hidden from a log. */
function assertVisible(name: string, value: string): void {
  if (printable(value) !== value)
    throw unprintable(name, 'It has a control character or an invisible character.')
}

/** The lines of a text that the printer changes in none of them. */
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
