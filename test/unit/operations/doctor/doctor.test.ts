import { expect, it } from 'vitest'

import { DEFAULT_CONFIG } from '../../../../src/config/schema.ts'
import { doctor } from '../../../../src/operations/doctor/doctor.ts'
import { tempFolder } from '../../support/temp-folder.ts'

it('advises commands for the instance and the realm that it was asked about', async () => {
  const dataFolder = await tempFolder()
  const { checks } = await doctor({ ...DEFAULT_CONFIG, instance: 'old', realm: 'shop', dataFolder })
  const fixes = checks.flatMap(({ fix }) => fix ?? []).filter((fix) => fix.includes('mcp-keycloak '))
  expect(fixes).toContain('mcp-keycloak up --instance old --realm shop')
  for (const fix of fixes) expect(fix).toContain('--instance old')
})
