import { expect, it } from 'vitest'

import { probeLeftovers } from '../../../src/runtime/probe-leftovers.ts'
import { onlyPrograms } from '../support/fake-programs.ts'

it('finds containers and volumes of the project, and a container of the same name without a label', async () => {
  await onlyPrograms({
    docker: `
case "$*" in
  *volume*com.docker.compose.project=mcp-keycloak-one*) echo mcp-keycloak-one_data;;
  *ps*com.docker.compose.project=mcp-keycloak-one*) echo labelled; echo both;;
  *ps*name=*mcp-keycloak-one*) echo both; echo namesake;;
esac`,
  })
  expect(await probeLeftovers('one')).toEqual({
    project: 'mcp-keycloak-one',
    containers: ['labelled', 'both', 'namesake'],
    volumes: ['mcp-keycloak-one_data'],
  })
  expect(await probeLeftovers('two')).toEqual({ project: 'mcp-keycloak-two', containers: [], volumes: [] })
})

it('finds nothing where there is no Docker', async () => {
  await onlyPrograms({})
  expect(await probeLeftovers('one')).toMatchObject({ containers: [], volumes: [] })
})
