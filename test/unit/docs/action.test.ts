import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'

import { CONFIG_KEYS, environmentName, flagName, optionMeta } from '../../../src/config/schema.ts'
import { PINNED_VERSION } from '../../../src/config/versions.ts'

const read = (path: string) => readFile(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')
const { OPTIONS, instanceName, variableName } = (await import(
  new URL('../../../action/options.js', import.meta.url).href
)) as {
  readonly OPTIONS: readonly string[]
  readonly instanceName: (env: Readonly<Record<string, string>>) => string
  readonly variableName: (option: string) => string
}

const keys = CONFIG_KEYS.filter((key) => !optionMeta(key).secret)

it('the action has an input for each option of up, except secrets', async () => {
  expect([...OPTIONS].toSorted()).toEqual(keys.map((key) => flagName(key).slice(2)).toSorted())
  expect(OPTIONS.map(variableName).toSorted()).toEqual(keys.map(environmentName).toSorted())
  const { inputs, runs } = parse(await read('action.yml'))
  expect(Object.keys(inputs)).toEqual(['version', 'verify', 'verify-format', 'show-secrets', ...OPTIONS])
  expect(runs).toEqual({ using: 'node24', main: 'action/main.js', post: 'action/post.js' })
})

it('the action names an instance that each runner has alone', () => {
  expect(instanceName({ GITHUB_RUN_ID: '17', RUNNER_NAME: 'GitHub Actions 2' })).toBe(
    'job-17-github-actions-2',
  )
  expect(instanceName({ RUNNER_NAME: 'ä' })).toBe('job-0')
})

it('the component for GitLab uses its inputs, and the tested Keycloak', async () => {
  const text = await read('templates/mcp-keycloak.yml')
  const [spec, jobs] = parseAllDocuments(text).map((document) => document.toJS())
  const used = [...text.matchAll(/\$\[\[ inputs\.([\w-]+) \]\]/g)].map(([, name]) => name)
  expect([...new Set(used)].toSorted()).toEqual(Object.keys(spec.spec.inputs).toSorted())
  expect(spec.spec.inputs['keycloak-version'].default).toBe(PINNED_VERSION)
  expect(Object.keys(jobs)).toEqual(['.mcp-keycloak'])
})
