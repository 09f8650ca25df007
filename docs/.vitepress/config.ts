import { readdirSync } from 'node:fs'

import { defineConfig } from 'vitepress'

const link = (text: string, path: string) => ({ text, link: `/docs/${path}` })

/** Links to the pages of a folder of `docs/`, by their file names. */
const pagesOf = (folder: string) =>
  readdirSync(new URL(`../${folder}`, import.meta.url))
    .filter((name) => name !== 'README.md')
    .map((name) => name.replace(/\.md$/, ''))
    .map((name) => link(name.replaceAll('-', ' '), `${folder}/${name}`))

/** The Markdown of the repository as a site. Pages keep their paths, so a relative link works on GitHub and here. */
export default defineConfig({
  title: 'mcp-keycloak',
  description: 'A local Keycloak that works with MCP clients and MCP servers',
  srcDir: '..',
  srcExclude: ['{test,src,python,bench,scripts,.cache,.changeset,.ci,dist,node_modules}/**'],
  outDir: '../.cache/site',
  cacheDir: '../.cache/vitepress',
  rewrites: { 'README.md': 'index.md', ':folder(.*)/README.md': ':folder/index.md' },
  markdown: {
    linkify: false,
    config: (markdown) => {
      const { normalizeLink } = markdown
      markdown.normalizeLink = (url) => normalizeLink(url.replace(/(^|\/)README\.md(#|$)/, '$1index.md$2'))
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      link('Start', 'getting-started/python-fastmcp'),
      link('Commands', 'commands/'),
      link('Testing', 'testing/'),
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          link('Python and FastMCP', 'getting-started/python-fastmcp'),
          link('TypeScript', 'getting-started/typescript'),
          link('Your own realm', 'getting-started/own-realm'),
          link('CI', 'getting-started/ci'),
        ],
      },
      {
        text: 'Use',
        items: [
          link('Overlays', 'overlays'),
          link('Configuration', 'configuration'),
          link('Troubleshooting', 'troubleshooting'),
          link('Reports', 'reports'),
        ],
      },
      { text: 'Commands', link: '/docs/commands/', items: pagesOf('commands') },
      { text: 'Testing', link: '/docs/testing/', items: pagesOf('testing') },
      {
        text: 'Understand',
        items: [
          link('How it works', 'how-it-works'),
          { text: 'The realm', link: '/realms/' },
          link('Keycloak versions', 'keycloak-versions'),
          link('Security', 'security'),
          link('Speed', 'speed'),
          { text: 'Changelog', link: '/CHANGELOG' },
        ],
      },
      { text: 'Decisions', link: '/docs/decisions/', collapsed: true, items: pagesOf('decisions') },
    ],
  },
})
