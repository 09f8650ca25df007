import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { execa } from 'execa'
import { parse } from 'node-html-parser'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { findChromium, resultInBrowser } from '../helpers/browser/chromium.ts'
import { needs } from '../helpers/suite/needs.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const chromium = await findChromium()

let site: string
beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'mcp-keycloak-site-'))
  const vitepress = join(ROOT, 'node_modules', '.bin', 'vitepress')
  await execa(vitepress, ['build', 'docs', '--outDir', site], { cwd: ROOT })
})
afterAll(() => rm(site, { recursive: true, force: true }))

/** The file that a static host would serve for a path. */
const fileOf = (path: string) => {
  const file = join(site, decodeURIComponent(path))
  return [file, `${file}.html`, join(file, 'index.html')].find((name) => extname(name) && existsSync(name))
}

it('has no link to a page, a heading or a file that is missing', async () => {
  const pages = (await readdir(site, { recursive: true })).filter((name) => name.endsWith('.html'))
  const texts = new Map(
    await Promise.all(
      pages.map(async (name) => [join(site, name), parse(await readFile(join(site, name), 'utf8'))] as const),
    ),
  )
  const dead = [...texts].flatMap(([file, page]) =>
    page.querySelectorAll('a[href], img[src]').flatMap((element) => {
      const target = element.getAttribute('href') ?? element.getAttribute('src') ?? ''
      const { origin, pathname, hash } = new URL(target, `http://site${file.slice(site.length)}`)
      if (origin !== 'http://site') return []
      const found = fileOf(pathname)
      const anchor = decodeURIComponent(hash.slice(1))
      const isThere = found && (!anchor || !texts.has(found) || texts.get(found)?.getElementById(anchor))
      return isThere ? [] : [`${file.slice(site.length)} → ${target}`]
    }),
  )
  expect(pages.length).toBeGreaterThan(40)
  expect(dead).toEqual([])
})

it(
  'finds a page by its search, opens it and shows the terminal picture',
  needs(chromium !== undefined, 'Chromium'),
  async () => {
    const play = await readFile(join(ROOT, 'test/helpers/browser/play-site.html'))
    const server = createServer(async ({ url = '/' }, response) => {
      const { pathname } = new URL(url, 'http://site')
      const file = pathname === '/play' ? undefined : fileOf(pathname)
      response.setHeader(
        'content-type',
        file ? (TYPES[extname(file)] ?? 'application/octet-stream') : 'text/html',
      )
      response.statusCode = file || pathname === '/play' ? 200 : 404
      response.end(file ? await readFile(file) : play)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const result = await resultInBrowser(
        chromium ?? '',
        `http://127.0.0.1:${port}/play?search=token+exchange`,
      )
      const { pages, title, pictureWidth } = JSON.parse(result.replaceAll('&quot;', '"'))
      expect(pages).toContain('/docs/overlays.html')
      expect(title).toBeTruthy()
      expect(pictureWidth).toBeGreaterThan(500)
    } finally {
      server.close()
    }
  },
)
