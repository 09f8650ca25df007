import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

import { execa } from 'execa'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Time of the page's own clock; it stands still while a request is under way. */
const PAGE_TIME_MS = 20_000
const RUN_TIMEOUT_MS = 50_000

/** Path of a Chromium of this machine. */
export async function findChromium(): Promise<string | undefined> {
  const folders = process.env.PATH?.split(delimiter) ?? []
  for (const path of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const found = await access(path).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}

/**
 * The text of `<output id="result">` after a page's scripts have run in a real browser with a profile of its own.
 *
 * @param more more flags of the browser
 */
export async function resultInBrowser(
  chromium: string,
  url: string,
  more: readonly string[] = [],
): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'mcp-keycloak-chromium-'))
  const flags = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ...[`--user-data-dir=${profile}`, `--virtual-time-budget=${PAGE_TIME_MS}`, '--dump-dom'],
  ]
  try {
    const { stdout } = await execa(chromium, [...flags, ...more, url], {
      timeout: RUN_TIMEOUT_MS,
      stdin: 'ignore',
    })
    return /<output id="result">([^<]*)<\/output>/.exec(stdout)?.[1] ?? stdout
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
