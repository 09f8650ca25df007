import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect } from 'vitest'

import type { McpKeycloakError } from '../../../src/errors.ts'

const TEMP_FOLDER = new RegExp(`${join(tmpdir(), 'mcp-keycloak-unit-(?:home-)?')}\\w{6}`, 'g')
const FREE_PORT = /(?<=localhost:|127\.0\.0\.1:|::1\]:|[Pp]ort )\d{5}\b/g

const indented = (text: string) => text.replaceAll('\n', '\n       ')

// Writes an error of mcp-keycloak into a snapshot as a person reads it. Replaces the folders and ports of the run.
// No module of src is loaded here: some test files set a variable before a module reads it.
expect.addSnapshotSerializer({
  test: (value) => value instanceof Error && value.name === 'McpKeycloakError',
  serialize: ({ code, message, why, fix }: McpKeycloakError) =>
    `✘ ${message}  [${code}]\n  Why  ${indented(why)}\n  Fix  ${indented(fix)}`
      .replaceAll(TEMP_FOLDER, '<temp>')
      .replaceAll(FREE_PORT, '<port>'),
})
