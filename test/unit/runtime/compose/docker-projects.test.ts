import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { foreignProjects, ownDockerProject } from '../../../../src/runtime/compose/docker-projects.ts'
import { onlyPrograms } from '../../support/fake-programs.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const OWN = 'aaaaaa111111'

/** A data folder with the id {@link OWN}, and a Docker with projects of several owners. */
async function machine(): Promise<string> {
  const data = await tempFolder()
  await writeFile(join(data, 'owner.json'), JSON.stringify({ schemaVersion: 1, id: OWN, folder: data }))
  const tab = '\\t'
  const containers = [
    ['own-1', 'running', 'mcp-keycloak-shop-aaaaaa', OWN, 'shop', data],
    ['eve-1', 'running', 'mcp-keycloak-shop-bbbbbb', 'bbbbbb222222', 'shop', '/home/eve'],
    ['old-1', 'exited', 'mcp-keycloak-old', '', '', ''],
    [
      'run-1',
      'running',
      'mcp-keycloak-test-1-cccccc',
      'cccccc333333',
      'test-1',
      join(data, 'ephemeral', 'test-1'),
    ],
    ['web', 'running', 'mcp-keycloak', '', '', ''],
  ]
  const volumes = [
    ['eve_data', '', 'mcp-keycloak-shop-bbbbbb', 'bbbbbb222222', 'shop', ''],
    ['mcp-keycloak-built-x', '', '', OWN, '', ''],
  ]
  const print = (lines: readonly (readonly string[])[]) =>
    lines.map((line) => `printf '${line.join(tab)}\\n'`).join('; ')
  await onlyPrograms({
    docker: `case "$1" in ps) ${print(containers)};; volume) ${print(volumes)};; esac`,
  })
  return data
}

it('tells what other data folders have from its own, its tests included', async () => {
  const data = await machine()
  expect(await foreignProjects(data, [])).toEqual([
    expect.objectContaining({ project: 'mcp-keycloak-old', instance: 'old', owner: null, running: false }),
    {
      project: 'mcp-keycloak-shop-bbbbbb',
      instance: 'shop',
      owner: 'bbbbbb222222',
      dataFolder: '/home/eve',
      running: true,
      containers: ['eve-1'],
      volumes: ['eve_data'],
    },
  ])
})

it('a project without an owner is ours only when an earlier state names it', async () => {
  const data = await machine()
  const names = async (owner: string | null) =>
    (await foreignProjects(data, [{ instance: 'old', runtime: 'compose', owner }])).map(
      ({ instance }) => instance,
    )
  expect(await names(null)).toEqual(['shop'])
  expect(await names(OWN)).toEqual(['old', 'shop'])
})

it('finds its containers and volumes of an instance, also when the state is lost', async () => {
  const data = await machine()
  const place = (instance: string) => ({ instance, folder: join(data, 'instances', instance) })
  await mkdir(place('shop').folder, { recursive: true })
  expect(await ownDockerProject(place('shop'))).toMatchObject({ containers: ['own-1'], owner: OWN })
  expect(await ownDockerProject(place('old'))).toBeUndefined()
})

it('finds nothing where there is no Docker', async () => {
  const data = await machine()
  await onlyPrograms({})
  expect(await foreignProjects(data, [])).toEqual([])
})
