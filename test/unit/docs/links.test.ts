import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

import { expect, it } from 'vitest'

import { docsTexts } from '../../helpers/projects/docs-samples.ts'

const ROOT = new URL('../../../', import.meta.url)
const MORE = ['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'realms/README.md']

const read = async (path: string) => [path, await readFile(new URL(path, ROOT), 'utf8')] as const
const pages = new Map([...(await docsTexts()), ...(await Promise.all(MORE.map(read)))])

/** The text of a page without its code, where brackets are no links. */
const prose = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '`code`')

/** Anchors that GitHub gives to the headings of a page. */
const anchors = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )

it.each([...pages])('every link of %s leads somewhere', (page, text) => {
  const targets = [...prose(text).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  )
  for (const target of targets.filter((each) => !/^https?:/.test(each))) {
    const url = new URL(target, new URL(page, ROOT))
    const anchor = url.hash.slice(1)
    url.hash = ''
    expect(existsSync(url), target).toBe(true)
    const path = url.href.slice(ROOT.href.length)
    if (anchor) expect(anchors(pages.get(path) ?? ''), target).toContain(anchor)
  }
})

it.each([...pages])('every reference link of %s is defined', (_page, text) => {
  const defined = [...text.matchAll(/^\[([^\]]+)\]: /gm)].map(([, name]) => name)
  const used = [...prose(text).matchAll(/\]\[([\w-]+)\]/g)].map(([, name]) => name)
  expect(used.filter((name) => !defined.includes(name))).toEqual([])
})

it('README.md and CONTRIBUTING.md are short', () => {
  expect(Buffer.byteLength(pages.get('README.md') ?? '')).toBeLessThanOrEqual(8_000)
  expect(Buffer.byteLength(pages.get('CONTRIBUTING.md') ?? '')).toBeLessThanOrEqual(6_000)
})

it('every location in CONTRIBUTING.md exists', () => {
  const paths = (pages.get('CONTRIBUTING.md') ?? '').matchAll(
    /`((?:src|test|bench|scripts|docs|realms|compose|\.github)\/[^`*]*)`/g,
  )
  const missing = [...paths].map(([, path = '']) => path).filter((path) => !existsSync(new URL(path, ROOT)))
  expect(missing).toEqual([])
})
