import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { StatusReport } from '../../src/operations/status.ts'
import type { UpReport } from '../../src/operations/up.ts'
import { cliJson } from '../helpers/cli.ts'
import { composeProject } from '../helpers/compose-project.ts'
import { type TestInstance, testInstance } from '../helpers/instance.ts'
import { hasCompose } from '../helpers/machine.ts'
import { needs } from '../helpers/needs.ts'
import { type Sightings, watchMachine } from '../helpers/watch-machine.ts'

const OF_THE_USER = { AWS_SECRET_ACCESS_KEY: 'secret-of-the-user', NPM_TOKEN: 'secret-of-the-user' }

const RUNTIMES = [
  ['java', {}],
  ['compose', needs(hasCompose && process.platform === 'linux', 'Docker Compose on Linux')],
] as const

describe.each(RUNTIMES)('the secrets of an instance on the runtime %s', (runtime, condition) => {
  describe('while it starts, and after that', condition, () => {
    let instance: TestInstance
    let dataFolder: string
    let first: UpReport
    let seen: Sightings

    const up = () =>
      watchMachine(dataFolder, () =>
        cliJson<UpReport>(['up', '--no-proof', '--show-secrets'], { ...instance.env, ...OF_THE_USER }),
      )
    const password = ({ admin }: UpReport) => admin?.password ?? 'no administrator'
    const holding = (texts: ReadonlySet<string>, secret: string) =>
      [...texts].filter((text) => text.includes(secret))

    beforeAll(async () => {
      instance = await testInstance(runtime)
      dataFolder = instance.env.MCP_KEYCLOAK_DATA_FOLDER ?? ''
      const { result, seen: sightings } = await up()
      first = result
      seen = sightings
    })
    afterAll(() => instance[Symbol.asyncDispose]())

    it('are in no command line, no environment of the server and no docker inspect', () => {
      expect(password(first)).toMatch(/^[\w-]{24}$/)
      expect([...seen.environments].join()).toContain('KC_HOSTNAME')
      if (runtime === 'compose') expect([...seen.containers].join()).toContain('KC_HOSTNAME')
      for (const texts of Object.values(seen)) expect(holding(texts, password(first))).toEqual([])
    })

    it('do not come with secrets of the user', () => {
      expect(holding(seen.environments, 'secret-of-the-user')).toEqual([])
    })

    it('are in no file but that of the administrator, and not in the log', async () => {
      const { stdout } = await execa(
        'grep',
        ['--recursive', '--files-with-matches', '--fixed-strings', '--', password(first), instance.folder],
        { reject: false },
      )
      expect(stdout.split('\n')).toEqual([join(instance.folder, 'admin.json')])
      if (runtime === 'java') return
      const container = `${await composeProject(instance)}-keycloak-1`
      const logs = await execa('docker', ['logs', container], { all: true })
      expect(logs.all).not.toContain(password(first))
      const config = await execa('docker', ['exec', container, 'cat', '/opt/keycloak/conf/keycloak.conf'])
      expect(config.stdout).toBe('')
    })

    it('are printed with --json when they are asked for', async () => {
      const shown = await cliJson<StatusReport>(['status', '--show-secrets'], instance.env)
      expect(shown.admin).toEqual(first.admin)
      for (const command of ['status', 'up'])
        expect((await cliJson<StatusReport>([command], instance.env)).admin).toEqual({
          username: 'admin',
          password: '(secret)',
        })
    })

    it('are not shown by the recovery of an administrator either', async () => {
      await cliJson(['down'], instance.env)
      await rm(join(instance.folder, 'admin.json'))
      const { result, seen: sightings } = await up()
      expect(result.admin?.username).toMatch(/^admin-/)
      expect(holding(sightings.commands, password(result))).toEqual([])
      expect(holding(sightings.containers, password(result))).toEqual([])
      expect(JSON.parse(await readFile(join(instance.folder, 'admin.json'), 'utf8'))).toEqual(result.admin)
    })
  })
})
