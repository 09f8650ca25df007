import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { NO_REALM_OPTIONS } from '../../../src/config/realm-options.ts'
import { McpKeycloakError } from '../../../src/errors.ts'
import { RefusedField } from '../../../src/keycloak/refused-field.ts'
import { withPlace } from '../../../src/provisioning/refused-realm.ts'
import { fileWarnings } from '../../../src/realm/file-warnings.ts'
import { tempFolder } from '../support/temp-folder.ts'

async function refused(name: string, text: string, field: string): Promise<string> {
  const realmFile = join(await tempFolder(), name)
  await writeFile(realmFile, text)
  const cause = new RefusedField(field, new Error('400'))
  const error = new McpKeycloakError('REALM_REFUSED', { what: 'a', why: 'b', fix: 'c', cause })
  const realm = { realm: 'r', displayName: '${UNSET_NAME}' }
  const options = { ...NO_REALM_OPTIONS, realmFile }
  const plan = { realm, options, record: { hash: '', options: '' }, met: [], warnings: [] }
  return ((await withPlace(error, plan)) as McpKeycloakError).why.replace(realmFile, 'FILE')
}

const VARIABLES = 'These placeholders have no value: ${UNSET_NAME}.'

it('a refusal names the line of the field, and placeholders without a value', async () => {
  const json = '{\n "realm": "r",\n "clients": [{\n  "colour" : "red"}]}'
  expect(await refused('r.json', json, 'clients[0].colour')).toBe(`b\nIt is in line 4 of FILE.\n${VARIABLES}`)
  const yaml = 'realm: r\nclients:\n  - colour: red\n'
  expect(await refused('r.yaml', yaml, 'clients[0].colour')).toBe(`b\nIt is in line 3 of FILE.\n${VARIABLES}`)
})

it('a refusal names no line when the field is in none or in many', async () => {
  expect(await refused('r.yaml', 'realm: r\n', 'colour')).toBe(`b\n${VARIABLES}`)
  expect(await refused('r.yaml', 'colour: 1\n'.repeat(4), 'colour')).toBe(`b\n${VARIABLES}`)
})

it('a refusal of a realm with placeholders advises their values first', async () => {
  const error = new McpKeycloakError('REALM_REFUSED', { what: 'a', why: 'b', fix: 'Correct it.' })
  const realm = { realm: 'r', accessTokenLifespan: '${UNSET_NAME}' }
  const plan = { realm, options: NO_REALM_OPTIONS, record: { hash: '', options: '' }, met: [], warnings: [] }
  expect(((await withPlace(error, plan)) as McpKeycloakError).fix).toMatch(/^Set these .* Correct it\.$/)
})

it('a refusal names placeholders of keycloak-config-cli', async () => {
  const error = new McpKeycloakError('REALM_REFUSED', { what: 'a', why: 'b', fix: 'c' })
  const realm = { realm: 'r', sslRequired: '$(env:SSL_REQUIRED:-EXTERNAL)' }
  const record = { hash: '', options: '' }
  const plan = { realm, options: NO_REALM_OPTIONS, record, met: [], warnings: fileWarnings(realm) }
  expect(((await withPlace(error, plan)) as McpKeycloakError).why).toContain('$(env:SSL_REQUIRED:-EXTERNAL)')
})

it('another error stays unchanged', async () => {
  const error = new Error('x')
  const plan = {
    realm: { realm: 'r' },
    options: NO_REALM_OPTIONS,
    record: { hash: '', options: '' },
    met: [],
    warnings: [],
  }
  expect(await withPlace(error, plan)).toBe(error)
})
