import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BIN, cli, cliJson } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'
import { canMount, hasCompose } from '../helpers/suite/machine.ts'
import { needs } from '../helpers/suite/needs.ts'

let instance: TestInstance
let folder: string
beforeAll(async () => {
  instance = await testInstance('compose')
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-docker-'))
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const refused = async (args: readonly string[], env: Record<string, string>) => {
  const { exitCode, stderr } = await cli([...args, '--json'], { env: { ...instance.env, ...env } })
  return { exitCode, ...JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error }
}

/** A program "docker" that hands on to the real one, with one more Compose file. */
async function dockerWith(override: string): Promise<Record<string, string>> {
  const { stdout: real } = await execa('sh', ['-c', 'command -v docker'])
  const file = join(folder, 'override.yaml')
  await writeFile(file, override)
  const script = `#!/bin/sh
count=$#
while [ $count -gt 0 ]; do
  word=$1 count=$((count - 1))
  shift
  [ "$word" = up ] && set -- "$@" --file ${file}
  set -- "$@" "$word"
done
exec ${real} "$@"
`
  await writeFile(join(folder, 'docker'), script)
  await chmod(join(folder, 'docker'), 0o755)
  return { PATH: `${folder}:${process.env.PATH}` }
}

// Where no engine answers, test/helpers/suite/report-runtimes.ts says so.
describe('an engine that is of no use', needs(hasCompose, 'Docker Compose'), () => {
  it.each([
    ['DOCKER_HOST', 'tcp://127.0.0.1:1', 'Cannot connect to the Docker daemon at tcp://127.0.0.1:1'],
    ['DOCKER_CONTEXT', 'nope', 'context "nope"'],
    ['DOCKER_HOST', 'unix:///nowhere.sock', 'unix:///nowhere.sock'],
  ])('is reported with the variable and in Docker’s words: %s=%s', async (name, value, words) => {
    expect(await refused(['up'], { [name]: value })).toMatchObject({
      exitCode: 3,
      code: 'DOCKER_NOT_RUNNING',
      why: expect.stringMatching(new RegExp(`${name}=${value}[\\s\\S]*${words}`)),
      fix: expect.stringContaining(name),
    })
  })

  it('cannot pull: the image and Docker’s words are given', async () => {
    const error = await refused(['up', '--keycloak-version', '26.7.99'], {})
    expect(error).toMatchObject({ exitCode: 3, code: 'IMAGE_NOT_FOUND' })
    expect(error.message).toContain('keycloak:26.7.99')
    expect(error.why).toMatch(/quay\.io|manifest/)
  })

  it('kills a container that has too little memory: that is the reason given', async () => {
    const limits = 'services: {keycloak: {mem_limit: 150m, memswap_limit: 150m}}'
    expect(await refused(['up'], await dockerWith(limits))).toMatchObject({
      exitCode: 4,
      code: 'KEYCLOAK_EXITED',
      message: expect.stringContaining('out of memory'),
      why: expect.stringContaining('Its limit is 150 MB.'),
    })
    await cliJson(['down', '--purge', '--yes'], instance.env)
  })

  it(
    'up reports an engine that publishes ports on another machine',
    needs(canMount, 'Linux and root'),
    async () => {
      // A network of its own: the engine's socket is there, its 127.0.0.1 is not.
      const program = `ip link set lo up 2>/dev/null; exec "$0" "$@"`
      const { exitCode, stderr } = await execa(
        'unshare',
        ['--net', 'sh', '-c', program, process.execPath, BIN, 'up', '--json'],
        { env: instance.env, reject: false, stdin: 'ignore' },
      )
      const { error } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
      expect(error, stderr).toMatchObject({
        code: 'DOCKER_ELSEWHERE',
        why: expect.stringContaining('healthy'),
      })
      expect(exitCode).toBe(3)
      const { stdout } = await execa('docker', [
        'ps',
        '--quiet',
        '--filter',
        `label=mcp-keycloak.instance=${instance.name}`,
      ])
      expect(stdout).toBe('')
    },
  )
})
