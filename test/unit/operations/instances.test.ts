import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { type Config, configSchema } from '../../../src/config/schema.ts'
import { down } from '../../../src/operations/down.ts'
import { downAll, instances } from '../../../src/operations/instances.ts'
import { writeState } from '../../../src/runtime/state/state.ts'
import { preferredPrograms } from '../support/fake-programs.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

beforeEach(() => preferredPrograms({ docker: 'exit 1' }))

/** A data folder with stopped instances. */
async function machine(
  ...names: readonly string[]
): Promise<{ config: Config; folder: (name: string) => string }> {
  const dataFolder = await tempFolder()
  const folder = (name: string) => join(dataFolder, 'instances', name)
  const admin = { username: 'admin', password: 'pw' }
  const state = { schemaVersion: 1, runtime: 'java', version: '26.7.5', port: 1, managementPort: 2 } as const
  for (const instance of names) {
    await mkdir(folder(instance), { recursive: true })
    await writeState({ ...state, instance, features: [], admin, folder: folder(instance) })
  }
  return { config: configSchema.parse({ dataFolder }), folder }
}

/** An instance whose lock cannot be taken. */
async function unlockable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(`${folder}.lock`, '')
  await utimes(`${folder}.lock`, 0, 0)
}

/** A server of an instance: a script that has its name. */
async function server(folder: string): Promise<() => boolean> {
  const script = join(folder, 'keycloak-26.7.5', 'bin', 'kc.sh')
  await mkdir(join(script, '..'), { recursive: true })
  await writeFile(script, 'echo started; while :; do sleep 0.1; done')
  const child = spawn('sh', [script], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = { is: false }
  child.once('exit', () => {
    ended.is = true
  })
  await once(child.stdout, 'data')
  return () => ended.is
}

describe('an instance whose state is garbage', () => {
  it.each([
    ['down --all', (config: Config) => downAll(config).then((report) => report.instances[0])],
    ['down', (config: Config) => down({ ...config, instance: 'shop' })],
  ])('a damaged instance is found, stopped by %s and reported', async (_, stop) => {
    const { config, folder } = await machine('shop')
    await writeFile(join(folder('shop'), 'state.json'), 'garbage')
    const hasEnded = await server(folder('shop'))
    expect(await stop(config)).toMatchObject({
      instance: 'shop',
      stopped: true,
      purged: false,
      warnings: [expect.stringContaining('is damaged'), expect.stringContaining('is kept: ')],
    })
    await expect.poll(hasEnded).toBe(true)
  })

  it.each([
    ['is stopped in Docker, too, when it was started from here', true],
    ['is not taken for that of another data folder, which Docker runs', false],
  ])('%s', async (_, fromHere) => {
    const record = join(await tempFolder(), 'calls')
    const owner = 'aaaaaa111111'
    const line = `shop-1\\trunning\\tmcp-keycloak-shop-aaaaaa\\t${owner}\\tshop\\t/data`
    const answers = `version*|--version*|compose\\ version*) echo 2.40.0;; "ps --all --filter name"*) printf '${line}\\n';; ps*owner=${owner}*) echo c0ffee;;`
    await preferredPrograms({ docker: `echo "$*" >> ${record}; case "$*" in ${answers} esac` })
    const { config, folder } = await machine('shop')
    await rm(join(folder('shop'), 'state.json'))
    const id = fromHere ? owner : 'bbbbbb222222'
    const { dataFolder = '' } = config
    await writeFile(
      join(dataFolder, 'owner.json'),
      JSON.stringify({ schemaVersion: 1, id, folder: dataFolder }),
    )
    await down({ ...config, instance: 'shop' })
    const calls = await readFile(record, 'utf8').catch(() => '')
    expect([calls.includes('stop c0ffee'), calls.includes('rm --force c0ffee')]).toEqual([fromHere, fromHere])
  })

  it('is purged with all that it has', async () => {
    const { config, folder } = await machine('shop')
    await writeFile(join(folder('shop'), 'state.json'), 'garbage')
    expect((await downAll(config, { purge: true })).instances).toMatchObject([{ purged: true }])
    await expect(access(folder('shop'))).rejects.toThrow('ENOENT')
  })
})

describe('one instance that cannot be stopped', () => {
  it('down --all stops the other instances and names the damaged one', async () => {
    const { config, folder } = await machine('blog', 'shop', 'wiki')
    await writeFile(join(folder('shop'), 'state.json'), 'garbage')
    await unlockable(folder('gone'))
    const { code, message, why, fix } = await refusal(() => downAll(config, { purge: true }))
    expect(code).toBe('STATE_UNWRITABLE')
    expect(message).toMatchInlineSnapshot(`"Not every instance is down: gone."`)
    expect(why).toContain('"gone": mcp-keycloak cannot use')
    for (const name of ['blog', 'shop', 'wiki']) expect(why).toContain(`"${name}" is purged.`)
    expect(why).toContain('is damaged')
    expect(fix).toContain('"gone": ')
    expect((await readdir(join(config.dataFolder ?? '', 'instances'))).sort()).toEqual(['gone', 'gone.lock'])
  })

  it('keeps status --all from telling of no other', async () => {
    const { config, folder } = await machine('blog')
    await mkdir(join(folder('gone'), 'state.json'), { recursive: true })
    const report = await instances(config)
    expect(report.instances).toMatchObject([{ instance: 'blog', running: false }])
    expect(report.warnings).toEqual([expect.stringContaining('folder')])
  })
})
