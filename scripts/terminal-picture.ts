// Draws the terminal picture of the README from a real run: node scripts/terminal-picture.ts > docs/images/up.svg
// It builds nothing: run `npm run build` first. The instance is removed again, so its passwords are worth nothing.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { execa } from 'execa'

import { assetPath } from '../src/assets.ts'
import { terminalPicture } from './docs/terminal-picture.ts'

const folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-picture-'))
const run = (...args: readonly string[]) =>
  execa('node', [assetPath('bin/mcp-keycloak.js'), ...args], {
    env: { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, FORCE_COLOR: '1' },
    stderr: 'inherit',
  })
try {
  const { stdout } = await run('up')
  process.stdout.write(terminalPicture('npx mcp-keycloak up', stdout))
} finally {
  await run('down', '--purge', '--yes', '--quiet')
  await rm(folder, { recursive: true, force: true })
}
