import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { platformFolders } from '../../../../src/config/folders.ts'
import { resolveConfig } from '../../../../src/config/resolve.ts'
import { type ConfigKey, flagName } from '../../../../src/config/schema.ts'
import { needs } from '../../../helpers/suite/needs.ts'
import { ownPlatformFolders } from '../../support/own-home.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const isLinux = process.platform === 'linux'
const isRoot = process.getuid?.() === 0
const STRANGER = 65_534

const resolveWith = async (key: ConfigKey, folder: string) =>
  resolveConfig({ flags: { [key]: folder }, env: {}, configFile: false })

const KEYS = ['dataFolder', 'cacheFolder'] as const

describe.each(KEYS)('the %s', (key) => {
  it.each(['/proc', '/proc/self/fd', '/proc/no/such', '/sys', '/dev', '/dev/no/such'])(
    'is refused at once where the kernel has its files: %s',
    needs(isLinux, 'Linux'),
    async (folder) => {
      const error = await refusal(() => resolveWith(key, folder))
      expect(error.code).toBe('STATE_UNWRITABLE')
      expect(error.message).toContain(folder)
    },
  )

  it('is refused when it is a file, or below one', async () => {
    const file = join(await tempFolder(), 'file')
    await writeFile(file, '')
    for (const folder of [file, join(file, 'below')])
      expect((await refusal(() => resolveWith(key, folder))).why).toContain(`${file} is not`)
  })

  it.each([0o777, 0o1777])('is refused when every user can write to it: %o', async (mode) => {
    const folder = await tempFolder()
    await chmod(folder, mode)
    const error = await refusal(() => resolveWith(key, folder))
    expect(error.code).toBe('CONFIG_UNTRUSTED')
    expect(error.fix).toContain(`${flagName(key)} ${join(folder, 'mcp-keycloak')}`)
    expect(error).toMatchSnapshot()
    await expect(resolveWith(key, join(folder, 'mcp-keycloak'))).resolves.toBeDefined()
  })

  it('is refused when it belongs to another user', needs(isRoot, 'root'), async () => {
    const folder = await tempFolder()
    await chown(folder, STRANGER, STRANGER)
    const { why, fix } = await refusal(() => resolveWith(key, folder))
    expect(why).toContain('another user')
    const { data, cache } = platformFolders()
    const own = key === 'dataFolder' ? data : cache
    expect(fix).toContain(`${flagName(key)} ${own}`)
  })

  it('of the platform is not proposed when it belongs to another user', needs(isRoot, 'root'), async () => {
    await ownPlatformFolders()
    const { data, cache } = platformFolders()
    const own = key === 'dataFolder' ? data : cache
    await mkdir(own, { recursive: true })
    await chown(own, STRANGER, STRANGER)
    const { fix } = await refusal(() => resolveConfig({ env: {}, configFile: false }))
    expect(fix).toContain(`${flagName(key)} <folder>`)
  })

  it('may be new, also in a folder such as /tmp', async () => {
    const folder = await tempFolder()
    await chmod(folder, 0o1777)
    await expect(resolveWith(key, join(folder, 'new', 'one'))).resolves.toBeDefined()
  })

  it('may be shared with a group, as a umask of 002 has it', async () => {
    const folder = await tempFolder()
    await chmod(folder, 0o775)
    await expect(resolveWith(key, folder)).resolves.toBeDefined()
  })
})

it('a link inside the data folder leads nowhere near the kernel', needs(isLinux, 'Linux'), async () => {
  const folder = await tempFolder()
  await symlink('/proc', join(folder, 'instances'))
  expect((await refusal(() => resolveWith('dataFolder', folder))).code).toBe('STATE_UNWRITABLE')
})

it('a data folder of an untrusted config file is not even looked at', async () => {
  const cwd = await tempFolder()
  await writeFile(join(cwd, 'mcp-keycloak.config.json'), '{"dataFolder":"/proc/data"}')
  await mkdir(join(cwd, 'x'))
  expect((await refusal(() => resolveConfig({ env: {}, cwd }))).code).toBe('CONFIG_UNTRUSTED')
})

it('files outside the project that a config file names are reported', async () => {
  const cwd = await tempFolder()
  await mkdir(join(cwd, '.git'))
  const project = join(cwd, 'packages', 'server')
  await mkdir(project, { recursive: true })
  await symlink('/etc/hosts', join(project, 'linked.json'))
  const values = {
    realmFile: '/etc/passwd',
    with: ['strict', './mine.json', '../shared.json', './linked.json'],
  }
  const file = join(project, 'mcp-keycloak.config.json')
  await writeFile(file, JSON.stringify(values))
  const { warnings } = await resolveConfig({ env: {}, cwd: project })
  expect(warnings).toEqual([
    expect.stringMatching(`^${file} .*: /etc/passwd$`),
    expect.stringMatching(`^${file} .*: /etc/hosts$`),
  ])
  const flags = { realmFile: '/etc/passwd', with: ['/etc/hosts.json'] }
  expect((await resolveConfig({ flags, env: {}, cwd: project })).warnings).toEqual([])
})
