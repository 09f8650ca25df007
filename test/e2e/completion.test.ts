import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { run } from '../../src/runtime/exec.ts'
import { BIN, cli, ownEnvironment } from '../helpers/program/cli.ts'
import { programOnTerminal } from '../helpers/program/terminal.ts'
import { needs } from '../helpers/suite/needs.ts'

/** A new shell that has only our script: its start, and the line that loads the script from `$SCRIPT`. */
const SHELLS = [
  ['bash', ['bash', '--norc', '--noprofile', '-i'], 'PS1="rea""dy> "; source "$SCRIPT"; source "$SCRIPT"'],
  ['zsh', ['zsh', '-f', '-i'], 'PS1="rea""dy> "; autoload -U compinit; compinit -u; source "$SCRIPT"'],
  [
    'fish',
    ['fish', '--no-config', '--interactive'],
    'function fish_prompt; echo "rea""dy> "; end; source $SCRIPT',
  ],
] as const

const there = new Set<string>()
for (const [shell] of SHELLS) if (!(await run(shell, ['--version'])).missing) there.add(shell)

let home: string
let env: Record<string, string | undefined>
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mcp-keycloak-completion-'))
  const data = join(home, 'data')
  await mkdir(join(home, 'bin'))
  await mkdir(join(data, 'instances', 'default', 'keys'), { recursive: true })
  await mkdir(join(data, 'instances', 'older'), { recursive: true })
  await writeFile(join(data, 'instances', 'default', 'keys', 'bookshop.pem'), '')
  await symlink(BIN, join(home, 'bin', 'mcp-keycloak'))
  const path = [join(home, 'bin'), join(process.execPath, '..'), process.env.PATH].join(delimiter)
  env = ownEnvironment({ HOME: home, PATH: path, MCP_KEYCLOAK_DATA_FOLDER: data, TERM: 'xterm' })
})

afterAll(() => rm(home, { recursive: true, force: true }))

describe.each(SHELLS)('completion in %s', (shell, command, load) => {
  describe('on a terminal', needs(there.has(shell), shell), () => {
    /** The terminal after these keys were typed, as soon as it shows the text. */
    const completed = async (keys: string, shown: string) => {
      const script = join(home, `script.${shell}`)
      await writeFile(script, (await cli(['completion', shell])).stdout)
      const terminal = await programOnTerminal(command, { ...env, SCRIPT: script }, 60_000, home)
      onTestFinished(() => terminal.hangUp())
      terminal.type(`${load}\r`)
      await terminal.shows('ready> ')
      terminal.type(`mcp-keycloak ${keys}`)
      await terminal.shows(shown)
      terminal.hangUp()
      const { seen } = await terminal.ended
      return seen
    }

    it.each([
      ['a command', 'prep', 'mcp-keycloak prepare'],
      ['a command in a group', 'clients pr', 'mcp-keycloak clients prune'],
      ['an option', 'up --runt', 'mcp-keycloak up --runtime'],
      ['a choice', 'up --runtime comp', '--runtime compose'],
      ['an instance', 'down --instance ol', '--instance older'],
      ['an instance after =', 'down --instance=ol', '--instance=older'],
      ['a realm', 'token --realm book', '--realm bookshop'],
      ['an overlay', 'up --with token-e', '--with token-exchange'],
    ])('adds the rest of %s', async (_, typed, shown) => {
      expect(await completed(`${typed}\t`, shown)).toContain(shown)
    })

    it('completes a file name where a file is expected', async () => {
      await writeFile(join(home, 'my-realm.json'), '{}')
      expect(await completed('up --realm-file my-\t', 'my-realm.json')).toContain('my-realm.json')
    })

    it('is silent on a line that cannot be completed, and runs nothing of it', async () => {
      const line = `clients delete $(touch ran-by-${shell}) >written-by-${shell} x`
      const seen = await completed(`${line}\t\x15echo "still" "here"\r`, 'still here')
      expect(seen).toContain('still here')
      expect(seen).not.toMatch(/error|not found|readonly|at .*\.js/i)
      expect((await readdir(home)).filter((name) => name.includes('-by-'))).toEqual([])
    })
  })
})

it.each(['bash', 'zsh', 'fish', 'powershell'])('prints a script for %s', async (shell) => {
  const { exitCode, stdout, stderr } = await cli(['completion', shell])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('mcp-keycloak complete')
})
