import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

import { needs } from '../helpers/suite/needs.ts'
import { tempFolder } from './support/temp-folder.ts'

const MODULE = pathToFileURL('bin/compile-cache.js').href

/** The folder that a new process chooses; `undefined` is printed as such. */
async function chosen(cacheHome: string): Promise<string> {
  const script = `import(${JSON.stringify(MODULE)}).then((m) => console.log(String(m.compileCacheFolder())))`
  const env = { ...process.env, XDG_CACHE_HOME: cacheHome }
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env, timeout: 10_000 })
  return stdout.trim()
}

describe("the folder of Node's compiled code", needs(process.platform === 'linux', 'Linux'), () => {
  it("is in the user's own cache folder, and private", async () => {
    const home = join(await tempFolder(), 'cache')
    const folder = await chosen(home)
    expect(folder).toBe(join(home, 'mcp-keycloak', 'compiled'))
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  it('is not one that others can write to', async () => {
    const home = await tempFolder()
    const folder = join(home, 'mcp-keycloak', 'compiled')
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o777)
    expect(await chosen(home)).toBe('undefined')
  })

  it('is not one of the kernel', async () => {
    expect(await chosen('/proc')).toBe('undefined')
    expect(await chosen('/dev/null')).toBe('undefined')
  })
})

describe('a folder of another user', needs(process.getuid?.() === 0, 'root'), () => {
  it('a cache folder of another user is not used', async () => {
    const home = await tempFolder()
    await mkdir(join(home, 'mcp-keycloak', 'compiled'), { recursive: true })
    await chown(join(home, 'mcp-keycloak', 'compiled'), 65534, 65534)
    expect(await chosen(home)).toBe('undefined')
  })
})
