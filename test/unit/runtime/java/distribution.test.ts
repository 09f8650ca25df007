import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, describe, expect, it, vi } from 'vitest'

import { PINNED_VERSION } from '../../../../src/config/versions.ts'
import { cachedDistribution, homeVersion, isSound } from '../../../../src/runtime/java/distribution.ts'
import { rememberChecksum } from '../../../../src/runtime/known-checksums.ts'
import type { RunContext } from '../../../../src/runtime/runtime.ts'
import { onlyPrograms, preferredPrograms } from '../../support/fake-programs.ts'
import { refusal } from '../../support/refusal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** A version that has no pinned checksum. */
const UNPINNED = '26.6.0'

function heard(signal?: AbortSignal) {
  const steps: string[] = []
  const warnings: string[] = []
  const context: RunContext = {
    instance: 'default',
    folder: '/nowhere',
    onStep: (step) => void steps.push(step),
    onWarning: (warning) => void warnings.push(warning),
    signal,
  }
  return { steps, warnings, context }
}

const githubAnswers = (answer: () => Response | Promise<Response>) => {
  const asked = vi.fn(async (_url: string, _init: RequestInit) => answer())
  vi.stubGlobal('fetch', asked)
  return asked
}

afterEach(() => void vi.unstubAllGlobals())

describe('a distribution', () => {
  it('a distribution must match the pinned or the recorded checksum', async () => {
    const zip = join(await tempFolder(), 'x.zip')
    await writeFile(zip, 'not Keycloak')
    expect([await isSound(zip, PINNED_VERSION), await isSound(zip, UNPINNED)]).toEqual([false, false])
    await rememberChecksum('x.zip', createHash('sha256').update('not Keycloak').digest('hex'))
    expect([await isSound(zip, PINNED_VERSION), await isSound(zip, UNPINNED)]).toEqual([false, true])
  })

  it('says its version when it is unpacked', async () => {
    const home = await tempFolder()
    expect(await homeVersion(home)).toBeUndefined()
    await writeFile(join(home, 'version.txt'), 'Keycloak - Version 26.7.5\n')
    expect(await homeVersion(home)).toBe('26.7.5')
    await writeFile(join(home, 'version.txt'), 'something else')
    expect(await homeVersion(home)).toBeUndefined()
  })
})

describe('the cache', () => {
  it('gives what it has without asking anybody', async () => {
    const cache = await tempFolder()
    await onlyPrograms({})
    const asked = githubAnswers(() => new Response('fetched'))
    const zip = join(cache, `keycloak-${UNPINNED}.zip`)
    expect(await cachedDistribution(UNPINNED, cache, heard().context)).toBe(zip)
    expect(await cachedDistribution(UNPINNED, cache, heard().context)).toBe(zip)
    expect(asked).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['a zip that nobody here has fetched', (path: string) => writeFile(path, 'planted')],
    ['a folder', (path: string) => mkdir(path)],
    ['a pipe', (path: string) => promisify(execFile)('mkfifo', [path])],
  ])('does not take %s, whatever else a repository puts beside it', async (_, plant) => {
    const cache = await tempFolder()
    const zip = join(cache, `keycloak-${UNPINNED}.zip`)
    await plant(zip)
    await onlyPrograms({})
    githubAnswers(() => new Response('fetched'))
    const { context, warnings } = heard()
    expect(await readFile(await cachedDistribution(UNPINNED, cache, context), 'utf8')).toBe('fetched')
    expect(warnings[0]?.replace(zip, '<zip>')).toMatchInlineSnapshot(
      `"The cached <zip> has no checksum recorded on this machine, or is damaged. It is downloaded again."`,
    )
  })

  it('keeps Maven away from the .mvn of a project, whose extensions it would execute', async () => {
    const cache = await tempFolder()
    const seen = join(cache, 'seen')
    await onlyPrograms({ mvn: `pwd > ${seen}; exit 1` })
    githubAnswers(() => Response.error())
    await refusal(() => cachedDistribution(UNPINNED, cache, heard().context))
    expect(await readFile(seen, 'utf8')).toMatch(new RegExp(`^${cache}/\\.fetch-`))
  })

  it('a version without a checksum comes from GitHub with a warning', async () => {
    const cache = await tempFolder()
    await onlyPrograms({})
    const body = 'x'.repeat(100)
    const asked = githubAnswers(() => new Response(body, { headers: { 'content-length': '100' } }))
    const { context, warnings, steps } = heard()
    const zip = await cachedDistribution(UNPINNED, cache, context)
    expect(asked.mock.calls[0]?.[0]).toBe(
      `https://github.com/keycloak/keycloak/releases/download/${UNPINNED}/keycloak-${UNPINNED}.zip`,
    )
    expect(await readFile(zip, 'utf8')).toBe(body)
    expect(await readdir(cache)).toEqual([`keycloak-${UNPINNED}.zip`])
    expect(warnings).toMatchInlineSnapshot(`
      [
        "No checksum is pinned for Keycloak 26.6.0: the download from Keycloak's GitHub release was not verified.",
      ]
    `)
    expect(steps.at(-1)).toContain('100 %')
  })

  it('takes what Maven has, tells its progress, and does not ask GitHub then', async () => {
    const cache = await tempFolder()
    const script = [
      "printf 'Progress (2): 0.5/1.1 MB | 3/9 kB\\rProgress (1): 23/174 MB\\r'",
      'for a; do case $a in *Directory=*) echo zip > "$(echo $a | sed s/.*=//)/dist.zip";; esac; done',
    ]
    await preferredPrograms({ mvn: script.join('\n') })
    const asked = githubAnswers(() => Response.error())
    const { context, steps } = heard()
    const zip = await cachedDistribution(UNPINNED, cache, context)
    expect(await readFile(zip, 'utf8')).toBe('zip\n')
    expect(await readdir(cache)).toEqual([`keycloak-${UNPINNED}.zip`])
    expect(steps.slice(1)).toEqual([`Fetching Keycloak ${UNPINNED} with Maven: 23 of 174 MB (13 %)`])
    expect(asked).not.toHaveBeenCalled()
  })

  it('replaces an entry without a moment in which another process misses it', async () => {
    const cache = await tempFolder()
    const path = join(cache, `keycloak-${UNPINNED}.zip`)
    await writeFile(path, 'damaged')
    const script =
      'for a; do case $a in *Directory=*) echo zip > "$(echo $a | sed s/.*=//)/dist.zip";; esac; done'
    await preferredPrograms({ mvn: script })
    let missed = 0
    const looking = setInterval(() => {
      if (!existsSync(path)) missed++
    }, 0)
    await cachedDistribution(UNPINNED, cache, heard().context)
    clearInterval(looking)
    expect([missed, await readFile(path, 'utf8')]).toEqual([0, 'zip\n'])
  })

  it('a damaged download stays until its replacement arrives; the error names each source', async () => {
    const cache = await tempFolder()
    await onlyPrograms({ mvn: 'echo "[INFO] x"; echo "[ERROR] Could not find artifact"; exit 1' })
    githubAnswers(() =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') })),
    )
    await writeFile(join(cache, `keycloak-${PINNED_VERSION}.zip`), 'half a download')
    const { context, warnings } = heard()
    const error = await refusal(() => cachedDistribution(PINNED_VERSION, cache, context))
    expect(error.code).toBe('DISTRIBUTION_UNAVAILABLE')
    expect(error.why).toMatch(/^Maven: Could not find artifact\n.+: getaddrinfo ENOTFOUND$/)
    expect(warnings).toEqual([expect.stringContaining(`keycloak-${PINNED_VERSION}.zip`)])
    expect(await readdir(cache)).toEqual([`keycloak-${PINNED_VERSION}.zip`])
  })

  it('says what GitHub answered', async () => {
    await onlyPrograms({})
    githubAnswers(() => new Response('Not Found', { status: 404 }))
    const cache = await tempFolder()
    const error = await refusal(() => cachedDistribution('99.0.0', cache, heard().context))
    expect(error.why).toMatch(
      /^Keycloak's GitHub release: https:\/\/.*\/keycloak-99\.0\.0\.zip answered 404$/,
    )
  })

  it('never takes in what has another checksum', async () => {
    const cache = await tempFolder()
    await onlyPrograms({})
    githubAnswers(() => new Response('something else'))
    const error = await refusal(() => cachedDistribution(PINNED_VERSION, cache, heard().context))
    expect(error).toMatchObject({ code: 'DISTRIBUTION_CORRUPT', exitCode: 3 })
    expect(await readdir(cache)).toEqual([])
  })

  it('keeps nothing of a download that breaks off', async () => {
    const cache = await tempFolder()
    await onlyPrograms({})
    const broken = new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.from('half'))
        controller.error(new Error('socket hang up'))
      },
    })
    githubAnswers(() => new Response(broken))
    const error = await refusal(() => cachedDistribution(UNPINNED, cache, heard().context))
    expect([error.code, error.why]).toEqual([
      'DISTRIBUTION_UNAVAILABLE',
      "Keycloak's GitHub release: socket hang up",
    ])
    expect(await readdir(cache)).toEqual([])
  })

  it('says that it was interrupted, and not that a source is at fault', async () => {
    const cache = await tempFolder()
    await onlyPrograms({})
    const interrupt = new AbortController()
    githubAnswers(() => {
      interrupt.abort()
      throw interrupt.signal.reason
    })
    const error = await refusal(() => cachedDistribution(UNPINNED, cache, heard(interrupt.signal).context))
    expect(error.code).toBe('INTERRUPTED')
    expect(await readdir(cache)).toEqual([])
  })

  it('has to be a folder', async () => {
    const file = join(await tempFolder(), 'cache')
    await writeFile(file, '')
    const error = await refusal(() => cachedDistribution(UNPINNED, file, heard().context))
    expect(error.code).toBe('STATE_UNWRITABLE')
  })
})
