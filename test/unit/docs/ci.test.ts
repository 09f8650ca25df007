import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

import { CONFIG_KEYS, environmentName } from '../../../src/config/schema.ts'
import { PINNED_VERSION } from '../../../src/config/versions.ts'
import { docsSamples } from '../../helpers/projects/docs-samples.ts'
import { needs } from '../../helpers/suite/needs.ts'

const name = process.platform === 'win32' ? 'actionlint.exe' : 'actionlint'
const ACTIONLINT = fileURLToPath(new URL(`../../../.cache/${name}`, import.meta.url))
const hasActionlint = existsSync(ACTIONLINT)
if (!hasActionlint) process.stdout.write('actionlint: not there (`npm test` builds it where Go is)\n')

/** GitHub has this key since April 2026, actionlint 1.7.12 does not know it yet. */
const KNOWN_SINCE = 'unexpected key "command" for "services" section'

const files = await docsSamples(['yaml'])
const github = files['.github/workflows/test.yml'] ?? ''
const short = files['.github/workflows/mcp.yml'] ?? ''
const gitlab = files['.gitlab-ci.yml'] ?? ''

const variables = z.record(z.string(), z.string())
const githubService = z.strictObject({
  image: z.string(),
  command: z.string(),
  env: variables,
  ports: z.array(z.string()),
})
const step = z.union([
  z.strictObject({ run: z.string(), if: z.string().optional() }),
  z.strictObject({
    uses: z.string(),
    with: z.record(z.string(), z.unknown()).optional(),
    id: z.string().optional(),
  }),
])
const workflow = z.strictObject({
  on: z.array(z.enum(['push', 'pull_request'])),
  jobs: z.record(
    z.string(),
    z.strictObject({
      'runs-on': z.string(),
      env: variables.optional(),
      services: z.record(z.string(), githubService).optional(),
      steps: z.array(step),
    }),
  ),
})
const gitlabService = z.strictObject({
  name: z.string(),
  alias: z.string(),
  command: z.array(z.string()),
  variables,
})
const pipeline = z.record(
  z.string(),
  z.strictObject({
    image: z.string(),
    services: z.array(gitlabService).optional(),
    variables,
    cache: z.strictObject({ key: z.string(), paths: z.array(z.string()) }).optional(),
    before_script: z.array(z.string()),
    script: z.array(z.string()),
  }),
)

describe('the workflows for GitHub', () => {
  it('passes actionlint', needs(hasActionlint, 'actionlint, which needs Go'), async () => {
    const lint = (input: string) =>
      execa(ACTIONLINT, ['-shellcheck=', '-pyflakes=', '-no-color', '-ignore', KNOWN_SINCE, '-'], {
        input,
        reject: false,
        all: true,
      })
    for (const input of [github, short]) {
      const { exitCode, all } = await lint(input)
      expect(exitCode, all).toBe(0)
    }
    expect((await lint(github.replace('steps:', 'stages:'))).all).toContain('unexpected key "stages"')
  })

  it('checks out first, takes actions of a major version, and ends with the tests', () => {
    const { jobs } = workflow.parse(parse(github))
    expect(Object.keys(jobs)).toEqual(['docker', 'java', 'service'])
    for (const { steps } of [...Object.values(jobs), ...Object.values(workflow.parse(parse(short)).jobs)]) {
      const uses = steps.flatMap((each) => ('uses' in each ? [each.uses] : []))
      expect(uses[0]).toMatch(/^actions\/checkout@/)
      expect(uses.filter((action) => !/^actions\/[\w-]+@v\d+$/.test(action))).toEqual([])
      expect(steps.at(-1)).toEqual({ run: expect.stringMatching(/pytest|go test|vitest run/) })
    }
  })

  it('caches the platform folder, which has the checksums too', () => {
    const { steps, ...job } = workflow.parse(parse(github)).jobs.java ?? {}
    const cache = steps?.find((each) => 'uses' in each && each.uses.startsWith('actions/cache@'))
    const path = '~/Library/Caches/mcp-keycloak'
    // An archive of the JVM's classes is for one JDK.
    const key = `keycloak-${PINNED_VERSION}-temurin-25`
    expect(cache).toMatchObject({ id: 'keycloak', with: { path, key } })
    expect(steps).toContainEqual({
      if: "steps.keycloak.outputs.cache-hit != 'true'",
      run: 'npx mcp-keycloak prepare --runtime java',
    })
    expect(job).toEqual({ 'runs-on': 'macos-latest' })
  })
})

describe('the pipeline for GitLab', () => {
  it('ends with the tests', () => {
    const jobs = pipeline.parse(parse(gitlab))
    expect(Object.values(jobs).map(({ script }) => script)).toEqual([
      ['npx vitest run'],
      ['npx mcp-keycloak exec --ephemeral -- npm test'],
    ])
  })

  it('caches the platform folder that it names, which has the checksums too', () => {
    const { cache, variables: given } = pipeline.parse(parse(gitlab)).java ?? {}
    const folder = given?.XDG_CACHE_HOME?.replace('$CI_PROJECT_DIR/', '')
    expect(cache).toEqual({ key: `keycloak-${PINNED_VERSION}`, paths: [`${folder}/mcp-keycloak`] })
  })
})

it('names variables that there are, and one password for the service and for us', () => {
  const known = CONFIG_KEYS.map(environmentName)
  const used = [...`${github}${gitlab}`.matchAll(/\b(MCP_KEYCLOAK_\w+):/g)].map(([, variable]) => variable)
  expect(used.length).toBeGreaterThan(3)
  expect(used.filter((variable) => !known.includes(variable ?? ''))).toEqual([])
  const jobs = workflow.parse(parse(github)).jobs
  const ours = jobs.service?.env?.MCP_KEYCLOAK_ADMIN_PASSWORD
  expect(jobs.service?.services?.keycloak?.env.KC_BOOTSTRAP_ADMIN_PASSWORD).toBe(ours)
  const { services, variables: given } = pipeline.parse(parse(gitlab)).service ?? {}
  const [service] = services ?? []
  expect(service?.variables.KC_BOOTSTRAP_ADMIN_PASSWORD).toBe(given?.MCP_KEYCLOAK_ADMIN_PASSWORD)
  expect(given?.MCP_KEYCLOAK_KEYCLOAK_URL).toBe(`http://${service?.alias}:8080`)
})

it('starts the tested Keycloak', () => {
  const images = [...`${github}${gitlab}`.matchAll(/quay\.io\/keycloak\/keycloak:(\S+)/g)]
  expect(images.map(([, version]) => version)).toEqual([PINNED_VERSION, PINNED_VERSION])
})
