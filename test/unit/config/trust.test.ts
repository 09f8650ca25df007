import {
  chmod,
  lchown,
  mkdir,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'

import { beforeEach, describe, expect, it } from 'vitest'

import { CONFIG_FILE_NAME } from '../../../src/config/config-file.ts'
import { type ConfigSources, resolveConfig } from '../../../src/config/resolve.ts'
import type { Config } from '../../../src/config/schema.ts'
import { type TrustRequest, trustFolder, trustRecordFile, trustRequest } from '../../../src/config/trust.ts'
import { listTrust, revokeTrust, trust } from '../../../src/operations/trust.ts'
import { runMain } from '../../helpers/program/run-main.ts'
import { needs } from '../../helpers/suite/needs.ts'
import { ownPlatformFolders } from '../support/own-home.ts'
import { refusal } from '../support/refusal.ts'
import { tempFolder } from '../support/temp-folder.ts'

const EVIL = { keycloakUrl: 'https://evil.example' }
const isRoot = process.getuid?.() === 0
const STRANGER = 65_534

beforeEach(ownPlatformFolders)

/** A folder with a config file. */
async function repository(values: unknown): Promise<string> {
  const folder = await tempFolder()
  await writeFile(join(folder, CONFIG_FILE_NAME), JSON.stringify(values))
  return folder
}

async function resolveIn(cwd: string, sources: ConfigSources = {}) {
  return (await resolveConfig({ env: {}, cwd, ...sources })).config
}

async function codeIn(cwd: string, sources: ConfigSources = {}) {
  return (await refusal(() => resolveIn(cwd, sources))).code
}

describe('a config file that was not trusted', () => {
  it.each([
    ['keycloakUrl', 'https://evil.example'],
    ['keycloakUrl', 'http://localhost:8080'], // another user of this machine may listen there
    ['keycloakHome', './keycloak'],
    ['dataFolder', './data'],
    ['dataFolder', '/usr/share'],
    ['cacheFolder', '../cache'],
  ])('may not set %s to %s', async (key, value) => {
    expect(await codeIn(await repository({ [key]: value }))).toBe('CONFIG_UNTRUSTED')
  })

  it('is refused with its path, its values, their effects and the command to paste', async () => {
    const cwd = await repository({ keycloakUrl: 'https://good.example@evil.example/', dataFolder: 'x' })
    const error = await refusal(() => resolveIn(cwd))
    expect(error.exitCode).toBe(2)
    expect(error.message).toContain(join(cwd, CONFIG_FILE_NAME))
    expect(error.why).toContain(`dataFolder: ${join(cwd, 'x')} `)
    expect(error.fix).toContain(`mcp-keycloak trust ${cwd}\n`)
    expect(error).toMatchInlineSnapshot(`
      ✘ The config file <temp>/mcp-keycloak.config.json is not trusted.  [CONFIG_UNTRUSTED]
        Why  It came with the project, and can send your password elsewhere or run programs. It sets:
             keycloakUrl: https://good.example@evil.example/ (the administrator's password is sent to evil.example)
             dataFolder: <temp>/x (the servers and passwords in it are used)
        Fix  If you trust these values: mcp-keycloak trust <temp>
             Otherwise set your own values: --keycloak-url or MCP_KEYCLOAK_KEYCLOAK_URL, --data-folder or MCP_KEYCLOAK_DATA_FOLDER.
    `)
  })

  it('may set what decides neither', async () => {
    const cwd = await repository({ realm: 'shop', port: 9000, runtime: 'java', realmFile: 'realm.json' })
    expect(await resolveIn(cwd)).toMatchObject({ realm: 'shop', port: 9000, runtime: 'java' })
  })

  it.each([
    ['a flag', { flags: { keycloakUrl: 'http://localhost:1' } }],
    ['a variable', { env: { MCP_KEYCLOAK_KEYCLOAK_URL: 'http://localhost:1' } }],
    ['a runtime by flag, which excludes it', { flags: { runtime: 'java' } }],
  ])('counts where %s overrules the value', async (_, sources) => {
    expect(await resolveIn(await repository({ ...EVIL, realm: 'shop' }), sources)).toMatchObject({
      realm: 'shop',
    })
  })

  it('is refused for the value that no flag overrules', async () => {
    const cwd = await repository({ ...EVIL, cacheFolder: 'c' })
    const error = await refusal(() => resolveIn(cwd, { flags: { keycloakUrl: 'http://localhost:1' } }))
    expect([error.code, error.why.includes('evil')]).toEqual(['CONFIG_UNTRUSTED', false])
  })

  it('shows values without anything that steers a terminal', async () => {
    const cwd = await repository({ keycloakHome: '/x\u001b[2K\u202e\nkeycloakUrl: https://good.example' })
    const { why } = await refusal(() => resolveIn(cwd))
    expect(why).not.toMatch(/\p{Cc}(?<!\n)|\p{Bidi_C}/u)
    expect(why.split('\n')).toHaveLength(2)
  })

  it('cannot bring its own trust', async () => {
    const cwd = await repository({ dataFolder: '.' })
    await trust(cwd)
    await rename(trustFolder(), join(cwd, 'trusted'))
    expect(await codeIn(cwd)).toBe('CONFIG_UNTRUSTED')
  })
})

describe('a trusted config file', () => {
  it('counts, and its record is readable by its owner alone', async () => {
    const cwd = await repository({ ...EVIL, runtime: 'java' })
    await trust(cwd)
    expect(await resolveIn(cwd)).toMatchObject(EVIL)
    const [record = ''] = await readdir(trustFolder())
    expect((await stat(join(trustFolder(), record))).mode & 0o777).toBe(0o600)
    expect((await stat(trustFolder())).mode & 0o777).toBe(0o700)
  })

  it.each([
    ['another URL', { keycloakUrl: 'https://evil.example/x' }],
    ['another case', { keycloakUrl: 'https://Evil.example' }],
    ['one more key', { ...EVIL, dataFolder: 'd' }],
    ['a folder with another normal form', { keycloakHome: 'caf\u00e9' }, { keycloakHome: 'cafe\u0301' }],
  ])('is refused again after a pull with %s', async (_, after, before: object = EVIL) => {
    const cwd = await repository(before)
    await trust(cwd)
    await writeFile(join(cwd, CONFIG_FILE_NAME), JSON.stringify(after))
    expect(await codeIn(cwd)).toBe('CONFIG_UNTRUSTED')
  })

  it('counts after a pull that changes other keys', async () => {
    const cwd = await repository(EVIL)
    await trust(cwd)
    await writeFile(join(cwd, CONFIG_FILE_NAME), JSON.stringify({ ...EVIL, realm: 'shop' }))
    expect(await resolveIn(cwd)).toMatchObject({ ...EVIL, realm: 'shop' })
  })

  it('is not trusted in another folder, whether it is copied, moved or linked', async () => {
    const cwd = await repository({ keycloakHome: './kc' })
    await trust(cwd)
    const copy = await repository({ keycloakHome: './kc' })
    const linked = await tempFolder()
    await symlink(join(cwd, CONFIG_FILE_NAME), join(linked, CONFIG_FILE_NAME))
    const moved = join(await tempFolder(), 'moved')
    expect(await codeIn(linked)).toBe('CONFIG_UNTRUSTED')
    await rename(cwd, moved)
    expect([await codeIn(copy), await codeIn(moved)]).toEqual(['CONFIG_UNTRUSTED', 'CONFIG_UNTRUSTED'])
  })

  it('is trusted through a link to its folder', async () => {
    const cwd = await repository(EVIL)
    const link = join(await tempFolder(), 'link')
    await symlink(cwd, link)
    await trust(link)
    expect(await resolveIn(cwd)).toMatchObject(EVIL)
  })

  it('is revoked', async () => {
    const cwd = await repository(EVIL)
    await trust(cwd)
    expect((await listTrust()).files).toMatchObject([{ path: join(cwd, CONFIG_FILE_NAME), values: EVIL }])
    await revokeTrust(cwd)
    expect([await codeIn(cwd), (await listTrust()).files]).toEqual(['CONFIG_UNTRUSTED', []])
  })

  it('a trusted file is refused after a change of its runtime', async () => {
    const cwd = await repository({ keycloakHome: './kc', runtime: 'auto' })
    expect((await trust(cwd)).files[0]?.values).toEqual({ keycloakHome: join(cwd, 'kc'), runtime: 'auto' })
    await writeFile(join(cwd, CONFIG_FILE_NAME), '{"keycloakHome":"./kc","runtime":"java"}')
    expect(await codeIn(cwd)).toBe('CONFIG_UNTRUSTED')
  })

  describe('is revoked', () => {
    const OUTER = { dataFolder: 'd' }
    /** A trusted file in a folder below another trusted file. */
    async function trusted() {
      const outer = await repository(OUTER)
      const cwd = join(outer, 'inner')
      await mkdir(cwd)
      await writeFile(join(cwd, CONFIG_FILE_NAME), JSON.stringify(EVIL))
      for (const folder of [outer, cwd]) await trust(folder)
      return { outer, cwd, file: join(cwd, CONFIG_FILE_NAME) }
    }
    const paths = async () => (await listTrust()).files.map(({ path }) => path)

    it.each([
      ['deleted', rm],
      ['invalid', (file: string) => writeFile(file, '{')],
      ['unknown to us', (file: string) => writeFile(file, '{"no":1}')],
      ['a folder', async (file: string) => [await rm(file), await mkdir(file)]],
      ['too large', (file: string) => truncate(file, 2 ** 21)],
    ])('when the file is %s', async (_, change) => {
      const { outer, cwd, file } = await trusted()
      await change(file)
      expect((await revokeTrust(cwd)).files).toEqual([{ path: file, values: EVIL, trusted: false }])
      expect(await paths()).toEqual([join(outer, CONFIG_FILE_NAME)])
    })

    it('when its folder is deleted', async () => {
      const { cwd, file } = await trusted()
      await rm(cwd, { recursive: true })
      expect((await revokeTrust(cwd)).files).toMatchObject([{ path: file }])
    })

    it('from a folder below it', async () => {
      const { cwd, file } = await trusted()
      await mkdir(join(cwd, 'a', 'b'), { recursive: true })
      expect((await revokeTrust(join(cwd, 'a', 'b'))).files).toMatchObject([{ path: file }])
    })

    it('without a word about the file above it', async () => {
      const { outer, cwd } = await trusted()
      await revokeTrust(cwd)
      await revokeTrust(cwd)
      expect(await paths()).toEqual([join(outer, CONFIG_FILE_NAME)])
    })
  })

  it.each(['', '{', '[]', '{"schemaVersion":1,"path":"x","values":5}'])(
    'is refused when its record is damaged: %s',
    async (text) => {
      const cwd = await repository(EVIL)
      await trust(cwd)
      await writeFile(trustRecordFile(join(cwd, CONFIG_FILE_NAME)), text)
      expect(await codeIn(cwd)).toBe('CONFIG_UNTRUSTED')
    },
  )
})

describe('the question of trust', () => {
  it('is about the very values that are used, though the file changes meanwhile', async () => {
    const cwd = await repository(EVIL)
    const asked: TrustRequest[] = []
    const config = await resolveIn(cwd, {
      askTrust: async (request) => {
        asked.push(request)
        await writeFile(join(cwd, CONFIG_FILE_NAME), '{"keycloakUrl":"https://worse.example"}')
        return true
      },
    })
    expect([asked[0]?.values, config.keycloakUrl]).toEqual([EVIL, EVIL.keycloakUrl])
  })

  it('is not asked of a value that no key may have', async () => {
    const cwd = await repository({ keycloakUrl: 'ftp://evil.example' })
    expect(await codeIn(cwd, { askTrust: () => expect.unreachable() })).toBe('CONFIG_INVALID')
  })
})

describe('a UNC path in a config file', () => {
  const file = { path: '/p/c', realPath: '/p/c', folder: '/p', isForeign: false, values: {} }
  const asked = (values: Partial<Config>, platform: NodeJS.Platform) =>
    trustRequest(file, { with: [], ...values } as unknown as Config, ['realmFile', 'with'], platform)

  it.each([
    [{ realmFile: '\\\\host\\share\\realm.json' }],
    [{ realmFile: '//host/share/realm.json' }],
    [{ realmFile: '/\\host/share/realm.json' }],
    [{ realmFile: '\\\\?\\UNC\\host\\share\\realm.json' }],
    [{ with: ['strict', '//host/share/mine.json'] }],
  ])('requires trust on Windows: %j', (values) => {
    expect(Object.keys(asked(values, 'win32')?.values ?? {})).toEqual(Object.keys(values))
    expect(asked(values, 'linux')).toBeUndefined()
  })

  it.each([[{ realmFile: 'C:\\p\\realm.json' }], [{ with: ['strict', 'C:/p/mine.json'] }]])(
    'is not meant by a path on a drive: %j',
    (values) => expect(asked(values, 'win32')).toBeUndefined(),
  )
})

describe('trust', () => {
  it('says that there is no config file', async () => {
    expect((await refusal(async () => trust(await tempFolder()))).code).toBe('USAGE_INVALID')
  })

  it.each(['/proc', '/dev'])(
    'records nothing of a file that is refused for another reason: %s',
    async (dataFolder) => {
      const cwd = await repository({ dataFolder })
      expect((await refusal(() => trust(cwd))).exitCode).not.toBe(0)
      expect((await listTrust()).files).toEqual([])
    },
  )

  it('records nothing of a folder that all can write to', async () => {
    const folder = await tempFolder()
    await chmod(folder, 0o1777)
    const cwd = await repository({ dataFolder: folder })
    expect((await refusal(() => trust(cwd))).code).toBe('CONFIG_UNTRUSTED')
    expect((await listTrust()).files).toEqual([])
  })

  it.each([
    ['all decisive keys are', {}, {}],
    ['one of them is', { cacheFolder: '/c' }, { cacheFolder: '/c' }],
  ])('forgets values that are gone when %s removed from the file', async (_, after, values) => {
    const cwd = await repository({ ...EVIL, cacheFolder: '/c' })
    await trust(cwd)
    await writeFile(join(cwd, CONFIG_FILE_NAME), JSON.stringify({ realm: 'shop', ...after }))
    expect((await trust(cwd)).files).toMatchObject([{ values }])
    expect((await listTrust()).files.map((file) => file.values)).toEqual(
      'cacheFolder' in values ? [values] : [],
    )
  })

  it('does not both revoke and list', async () => {
    const { exitCode, stderr } = await runMain('trust', '--revoke', '--list')
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--list')])
  })

  it('shows a path without anything that steers a terminal', async () => {
    const folder = join(await tempFolder(), 'a\u001b[2Kb')
    await mkdir(folder)
    await writeFile(join(folder, CONFIG_FILE_NAME), '{"realm":"shop"}')
    const { stdout } = await runMain('trust', folder)
    expect(stdout).toMatch(/a\uFFFD\[2Kb\/mcp-keycloak\.config\.json needs no trust\.\n$/)
  })

  it('records nothing of a file that decides nothing', async () => {
    expect((await trust(await repository({ realm: 'shop' }))).files).toMatchObject([{ values: {} }])
    await expect(readdir(trustFolder())).rejects.toThrow('ENOENT')
  })
})

describe('a config file of another user', needs(isRoot, 'root'), () => {
  async function foreign(values: unknown): Promise<string> {
    const folder = await repository(values)
    await lchown(join(folder, CONFIG_FILE_NAME), STRANGER, STRANGER)
    await chmod(folder, 0o1777)
    const cwd = join(folder, 'project')
    await mkdir(cwd)
    return cwd
  }

  it('found upwards, as in /tmp, may set nothing', async () => {
    const cwd = await foreign({ user: ['eve:x:admin'] })
    const error = await refusal(() => resolveIn(cwd))
    expect([error.code, error.why]).toEqual([
      'CONFIG_UNTRUSTED',
      expect.stringMatching(/ another user.*\nuser: \["eve:x:admin"\]$/),
    ])
  })

  it("a foreign config file counts in its owner's folder", async () => {
    const cwd = await foreign({ realm: 'shop' })
    await lchown(cwd, STRANGER, STRANGER)
    expect(await resolveIn(cwd)).toMatchObject({ realm: 'shop' })
  })

  it('is noticed when only the link belongs to that user', async () => {
    const mine = await repository({ realm: 'shop' })
    const folder = await tempFolder()
    await symlink(join(mine, CONFIG_FILE_NAME), join(folder, CONFIG_FILE_NAME))
    await lchown(join(folder, CONFIG_FILE_NAME), STRANGER, STRANGER)
    expect(await codeIn(folder)).toBe('CONFIG_UNTRUSTED')
  })

  it('brings no record of trust', async () => {
    const cwd = await repository(EVIL)
    await trust(cwd)
    await lchown(trustRecordFile(join(cwd, CONFIG_FILE_NAME)), STRANGER, STRANGER)
    expect(await codeIn(cwd)).toBe('CONFIG_UNTRUSTED')
  })
})

describe('environment variables for a realm file', () => {
  const named = { realmFile: 'realm.json' }

  it('variables reach a realm file of a flag, not one of the config file', async () => {
    const folder = await repository(named)
    expect((await resolveIn(folder)).variables).toBe(false)
    expect((await resolveIn(folder, { flags: { realmFile: 'other.json' } })).variables).toBeUndefined()
    expect((await resolveIn(await repository({ with: ['./mine.json'] }))).variables).toBe(false)
    expect((await resolveIn(await repository({ with: ['browser'] }))).variables).toBeUndefined()
  })

  it('are given by a config file only when that is trusted', async () => {
    const folder = await repository({ ...named, variables: true })
    expect(await codeIn(folder)).toBe('CONFIG_UNTRUSTED')
    expect((await resolveIn(folder, { askTrust: async () => true })).variables).toBe(true)
    expect((await resolveIn(folder, { flags: { variables: false } })).variables).toBe(false)
    expect((await resolveIn(await repository(named), { flags: { variables: true } })).variables).toBe(true)
  })
})
