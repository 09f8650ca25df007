import { execFile } from 'node:child_process'
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { SnippetTarget } from '../../../src/config/snippet.ts'
import type { McpKeycloakError } from '../../../src/errors.ts'
import { writeSnippets } from '../../../src/operations/write-snippets.ts'

const TARGET: SnippetTarget = {
  mcpUrl: 'http://localhost:4321/mcp',
  serverName: 'my-server',
  keycloakUrl: 'http://localhost:4322',
  realm: 'demo',
  issuer: 'http://localhost:4322/realms/demo',
  preregistered: undefined,
}

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'write-snippets-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const home = (path: string) => join(root, 'home', path)
const project = (path: string) => join(root, 'project', path)
const read = (path: string) => readFile(path, 'utf8')

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function report(names: readonly string[], ...targets: readonly SnippetTarget[]) {
  const folders = { home: join(root, 'home'), cwd: join(root, 'project'), platform: 'linux' as const }
  return writeSnippets(targets.length > 0 ? targets : [TARGET], names, folders)
}

const write = async (...args: Parameters<typeof report>) => (await report(...args)).files

async function refusal(names: readonly string[], target = TARGET): Promise<McpKeycloakError> {
  return write(names, target).then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: McpKeycloakError) => error,
  )
}

/** Refused, and every file as it was: no backup, no draft. */
async function expectUntouched(
  names: readonly string[],
  path: string,
  text: string,
): Promise<McpKeycloakError> {
  await put(path, text)
  const error = await refusal(names)
  expect(error.code).toBe('SNIPPET_NOT_WRITTEN')
  expect(error.message).toContain(path)
  expect(await read(path)).toBe(text)
  expect(await readdir(dirname(path))).toHaveLength(1)
  return error
}

describe('a new file', () => {
  it('a missing file is created with its folders', async () => {
    const files = await write([
      'vscode',
      'codex',
      'claude-desktop',
      'inspector',
      'claude-code',
      'cursor',
      'opencode',
    ])
    expect(files.map(({ action, backup }) => [action, backup])).toEqual(
      files.map(() => ['created', undefined]),
    )
    expect(JSON.parse(await read(project('.vscode/mcp.json')))).toEqual({
      servers: { 'my-server': { type: 'http', url: TARGET.mcpUrl } },
    })
    expect(await read(home('.codex/config.toml'))).toBe(`[mcp_servers.my-server]\nurl = "${TARGET.mcpUrl}"\n`)
    expect(JSON.parse(await read(home('.config/Claude/claude_desktop_config.json')))).toHaveProperty([
      'mcpServers',
      'my-server',
      'command',
    ])
    expect(JSON.parse(await read(home('.mcp-inspector/mcp.json'))).mcpServers['my-server'].url).toBe(
      TARGET.mcpUrl,
    )
    expect(JSON.parse(await read(project('.mcp.json'))).mcpServers['my-server'].type).toBe('http')
    expect(JSON.parse(await read(project('.cursor/mcp.json'))).mcpServers['my-server'].url).toBe(
      TARGET.mcpUrl,
    )
    expect(JSON.parse(await read(project('opencode.json'))).mcp['my-server'].type).toBe('remote')
  })

  it('ends with a newline and is left alone the second time', async () => {
    await write(['vscode'])
    const [again] = await write(['vscode'])
    expect(again?.action).toBe('unchanged')
    expect(await read(project('.vscode/mcp.json'))).toMatch(/\}\n$/)
    expect(await readdir(project('.vscode'))).toEqual(['mcp.json'])
  })

  it('may take the place of an empty one', async () => {
    await put(project('.mcp.json'), '')
    expect((await write(['claude-code']))[0]?.action).toBe('updated')
    expect(JSON.parse(await read(project('.mcp.json')))).toHaveProperty('mcpServers')
  })
})

describe('a JSON file', () => {
  it('keeps the comments and the four spaces of a VS Code file', async () => {
    const text =
      '{\n    // mine\n    "servers": {\n        "a": { "url": "https://a.test" } // first\n    },\n    "inputs": []\n}\n'
    await put(project('.vscode/mcp.json'), text)
    const [file] = await write(['vscode'])
    const added = `\n        "my-server": {\n            "type": "http",\n            "url": "${TARGET.mcpUrl}"\n        }`
    expect(await read(project('.vscode/mcp.json'))).toBe(text.replace('} // first', `}, // first${added}`))
    expect(await read(file?.backup ?? '')).toBe(text)
    expect(file?.backup).toMatch(/mcp\.json\.bak-\d{4}-\d\d-\d\dT/)
  })

  it('a changed file keeps tabs and line ends but no byte order mark', async () => {
    const path = project('.cursor/mcp.json')
    await put(path, '\uFEFF{\r\n\t"mcpServers": {\r\n\t\t"a": { "url": "https://a.test" }\r\n\t}\r\n}\r\n')
    const before = await read(path)
    const { files, warnings } = await report(['cursor'])
    const text = await read(path)
    expect(text).toMatch(/^\{\r\n\t"mcpServers"/)
    expect(warnings).toEqual([expect.stringContaining(path)])
    expect(await read(files[0]?.backup ?? '')).toBe(before)
    expect(text).toContain('\r\n\t\t"my-server": {\r\n\t\t\t"url"')
    expect(text.replaceAll('\r\n', '')).not.toContain('\n')
  })

  it('also loses its byte order mark when it already has the entry', async () => {
    const path = project('.mcp.json')
    await put(
      path,
      `\uFEFF${JSON.stringify({ mcpServers: { 'my-server': { type: 'http', url: TARGET.mcpUrl } } })}`,
    )
    const { files, warnings } = await report(['claude-code'])
    expect([files[0]?.action, warnings.length]).toEqual(['updated', 1])
    expect(JSON.parse(await read(path))).toHaveProperty('mcpServers')
    expect(await report(['claude-code'])).toMatchObject({ files: [{ action: 'unchanged' }], warnings: [] })
  })

  it('is refused when it is UTF-16, which programs do not read', async () => {
    const path = project('.mcp.json')
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, Buffer.from('\uFEFF{}', 'utf16le'))
    expect((await refusal(['claude-code'])).why).toContain('UTF-16')
  })

  it('of OpenCode is the one that is there, with its comments', async () => {
    const path = project('opencode.jsonc')
    await put(path, '{\n  // mine\n  "theme": "x",\n}\n')
    expect(await write(['opencode'])).toMatchObject([{ path, action: 'updated' }])
    expect(await readdir(project('.'))).not.toContain('opencode.json')
    expect(await read(path)).toMatch(/\/\/ mine\n.*\n {2}"mcp": \{\n {4}"my-server"/)
  })

  it('of OpenCode is, of two, the one that has the server', async () => {
    await put(project('opencode.json'), '{}')
    await put(
      project('opencode.jsonc'),
      '{ "mcp": { "my-server": { "type": "remote", "url": "http://localhost:1/mcp" } } }',
    )
    expect(await write(['opencode'])).toMatchObject([{ path: project('opencode.jsonc'), action: 'updated' }])
    expect(await read(project('opencode.json'))).toBe('{}')
  })

  it('of a plugin of Claude Code gets its entry at the top', async () => {
    const path = project('.mcp.json')
    await put(path, '{\n  "db": { "command": "db-mcp" }\n}\n')
    expect(await write(['claude-code'])).toMatchObject([{ action: 'updated' }])
    expect(JSON.parse(await read(path))).toEqual({
      db: { command: 'db-mcp' },
      'my-server': { type: 'http', url: TARGET.mcpUrl },
    })
    expect(await write(['claude-code'])).toMatchObject([{ action: 'unchanged' }])
  })

  it('a file with misplaced servers gets its entry where the program looks', async () => {
    const path = project('.cursor/mcp.json')
    await put(path, '{ "db": { "command": "db-mcp" } }')
    await write(['cursor'])
    expect(JSON.parse(await read(path))).toHaveProperty(['mcpServers', 'my-server'])
  })

  it.each([
    ['the same URL', { url: TARGET.mcpUrl }],
    ['the same URL in other words', { url: 'http://127.0.0.1:4321/mcp/' }],
    ['mcp-remote', { command: 'npx', args: ['-y', 'mcp-remote', TARGET.mcpUrl] }],
  ])('a file with the same server under another name gets a warning: %s', async (_, old) => {
    const path = project('.cursor/mcp.json')
    await put(path, JSON.stringify({ mcpServers: { old, other: { url: 'http://localhost:1/mcp' } } }))
    const { files, warnings } = await report(['cursor'])
    expect(files).toMatchObject([{ action: 'updated' }])
    expect(warnings).toEqual([expect.stringContaining(`${path} also has ${TARGET.mcpUrl} as "old": `)])
    expect(await report(['cursor'])).toMatchObject({ files: [{ action: 'unchanged' }], warnings })
  })

  it('may have nothing but comments', async () => {
    const path = project('.vscode/mcp.json')
    await put(path, '// servers, one day\n')
    await write(['vscode'])
    expect(await read(path)).toMatch(/^\/\/ servers, one day\n\{\n {2}"servers"/)
  })

  it('a changed file keeps its permissions', async () => {
    const path = home('.mcp-inspector/mcp.json')
    await put(path, '{}')
    await chmod(path, 0o600)
    const [file] = await write(['inspector'])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(file?.backup ?? '')).mode & 0o777).toBe(0o600)
  })

  it('stays a link when it is one, and the report has both paths', async () => {
    await put(home('dotfiles/mcp.json'), '{}')
    await mkdir(home('.mcp-inspector'), { recursive: true })
    await symlink(home('dotfiles/mcp.json'), home('.mcp-inspector/mcp.json'))
    expect(await write(['inspector'])).toMatchObject([
      { path: home('dotfiles/mcp.json'), link: home('.mcp-inspector/mcp.json') },
    ])
    expect((await lstat(home('.mcp-inspector/mcp.json'))).isSymbolicLink()).toBe(true)
    expect(await read(home('dotfiles/mcp.json'))).toContain(TARGET.mcpUrl)
  })

  it('is written where a link leads whose target is not there yet', async () => {
    await mkdir(home('.mcp-inspector'), { recursive: true })
    await mkdir(home('dotfiles'))
    await symlink('../dotfiles/mcp.json', home('.mcp-inspector/mcp.json'))
    await write(['inspector'])
    expect((await lstat(home('.mcp-inspector/mcp.json'))).isSymbolicLink()).toBe(true)
    expect(await read(home('dotfiles/mcp.json'))).toContain(TARGET.mcpUrl)
  })

  describe('that a link leads out of the project', () => {
    const target = () => home('.claude.json')
    const WAYS = {
      'by a link': () => symlink(target(), project('.mcp.json')),
      'by a link to what is not there yet': async () => {
        await rm(target())
        await symlink(target(), project('.mcp.json'))
      },
      'by two links': async () => {
        await symlink(target(), project('one'))
        await symlink('one', project('.mcp.json'))
      },
    }
    beforeEach(async () => {
      await put(target(), '{}')
      await mkdir(root, { recursive: true })
      await mkdir(project(''), { recursive: true })
    })

    it.each(Object.entries(WAYS))('is refused %s, with the real path', async (_, lead) => {
      await lead()
      const error = await refusal(['claude-code'])
      expect([error.code, error.message, error.why]).toEqual([
        'SNIPPET_NOT_WRITTEN',
        expect.stringContaining(project('.mcp.json')),
        expect.stringContaining(target()),
      ])
      expect(error.fix).toContain('and answer y: mcp-keycloak snippets claude-code --write')
      expect(error.fix).not.toContain('Correct that file')
      expect(await read(target()).catch(() => '{}')).toBe('{}')
    })

    it('is refused by a linked folder', async () => {
      await symlink(home(''), project('.vscode'))
      expect((await refusal(['vscode'])).why).toContain(home('mcp.json'))
      await expect(read(home('mcp.json'))).rejects.toThrow('ENOENT')
    })

    it('is written after a yes to a question that has both paths', async () => {
      await WAYS['by a link']()
      const asked: unknown[] = []
      const folders = { home: home(''), cwd: project(''), platform: 'linux' as const }
      const followLink = async (...paths: unknown[]) => asked.push(paths) > 0
      await writeSnippets([TARGET], ['claude-code'], folders, { followLink })
      expect(asked).toEqual([[project('.mcp.json'), target()]])
      expect(await read(target())).toContain(TARGET.mcpUrl)
    })
  })

  it('is refused out of the home', async () => {
    await put(join(root, 'elsewhere/mcp.json'), '{}')
    await mkdir(home('.mcp-inspector'), { recursive: true })
    await symlink(join(root, 'elsewhere/mcp.json'), home('.mcp-inspector/mcp.json'))
    expect((await refusal(['inspector'])).code).toBe('SNIPPET_NOT_WRITTEN')
  })

  it('is refused at once when it is a pipe', async () => {
    await mkdir(project(''), { recursive: true })
    await promisify(execFile)('mkfifo', [project('.mcp.json')])
    expect((await refusal(['claude-code'])).why).toContain('it is a pipe')
  })

  it('is unchanged when the user only added to our entry', async () => {
    const entry = { type: 'http', url: TARGET.mcpUrl, oauth: { clientId: 'mine' } }
    await put(project('.mcp.json'), JSON.stringify({ mcpServers: { 'my-server': entry } }))
    expect(await write(['claude-code'])).toMatchObject([{ action: 'unchanged' }])
  })

  it('an earlier entry gets the new port', async () => {
    const path = home('.config/Claude/claude_desktop_config.json')
    await write(['claude-desktop'])
    await writeFile(path, (await read(path)).replace('"command"', '/* mine */ "command"'))
    const before = await read(path)
    const moved = { ...TARGET, mcpUrl: 'http://localhost:5555/mcp' }
    expect(await write(['claude-desktop'], moved)).toMatchObject([{ action: 'updated' }])
    expect(await read(path)).toBe(before.replace(TARGET.mcpUrl, moved.mcpUrl))
  })

  it('is refused when another server has that name, without telling its secrets', async () => {
    const other = {
      mcpServers: { 'my-server': { url: 'https://prod.test/mcp?key=s3cret', headers: { A: 's3cret' } } },
    }
    const error = await expectUntouched(['cursor'], project('.cursor/mcp.json'), JSON.stringify(other))
    expect(error.why).toContain('https://prod.test/mcp')
    expect(error.fix).toContain('--name')
    expect(`${error.message}${error.why}${error.fix}`).not.toContain('s3cret')
  })

  it('a file that is not JSON is refused', async () => {
    const error = await expectUntouched(['vscode'], project('.vscode/mcp.json'), '{ "servers": {')
    expect(error.why).toContain('line 1, column 15')
  })
})

describe('a TOML file', () => {
  it('a TOML file loses its byte order mark and warns about a second name', async () => {
    const path = home('.codex/config.toml')
    const text = `model = "x"\r\n\r\n[mcp_servers.old]\r\nurl = "${TARGET.mcpUrl}"\r\n`
    await put(path, `\uFEFF${text}`)
    const { files, warnings } = await report(['codex'])
    expect(files).toMatchObject([{ action: 'updated' }])
    expect(await read(path)).toBe(`${text}\r\n[mcp_servers.my-server]\r\nurl = "${TARGET.mcpUrl}"\r\n`)
    expect(warnings).toEqual([expect.stringContaining('byte order mark'), expect.stringContaining('"old"')])
  })
})

describe('several programs', () => {
  it('are all left alone when one is refused', async () => {
    await put(home('.codex/config.toml'), 'broken = [')
    await put(project('.cursor/mcp.json'), '{}')
    expect((await refusal(['vscode', 'cursor', 'codex'])).code).toBe('SNIPPET_NOT_WRITTEN')
    expect(await read(project('.cursor/mcp.json'))).toBe('{}')
    expect(await readdir(project('.'))).toEqual(['.cursor'])
  })

  it('no file is written when one folder cannot be created', async () => {
    await put(project('.cursor/mcp.json'), '{}')
    await put(project('.vscode'), 'a file where a folder belongs')
    expect((await refusal(['cursor', 'vscode'])).code).toBe('SNIPPET_NOT_WRITTEN')
    expect(await readdir(project('.cursor'))).toEqual(['mcp.json'])
    expect(await read(project('.cursor/mcp.json'))).toBe('{}')
  })

  it('are written once each', async () => {
    expect(await write(['cursor', 'cursor'])).toHaveLength(1)
  })
})

describe('a name', () => {
  it('--write requires the name of a program', async () => {
    expect(await refusal([])).toMatchObject({
      code: 'USAGE_INVALID',
      fix: expect.stringContaining('claude-code'),
    })
  })

  it('of a program without a file is refused', async () => {
    expect(await refusal(['fastmcp'])).toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining('FastMCP'),
    })
    expect(await refusal(['mcp-remote'])).toMatchObject({ code: 'USAGE_INVALID' })
  })

  it('that is unknown is refused with the closest one', async () => {
    expect(await refusal(['curser'])).toMatchObject({ code: 'USAGE_INVALID', why: 'Did you mean "cursor"?' })
  })
})

it('puts each MCP URL under its own name into the one file, once', async () => {
  const second = { ...TARGET, mcpUrl: 'http://localhost:4399/mcp', serverName: `${TARGET.serverName}-2` }
  const actions = async () =>
    (await write(['cursor', 'codex'], TARGET, second)).map(({ name, action }) => `${name} ${action}`)
  expect(await actions()).toEqual(['cursor created', 'codex created'])
  expect(await actions()).toEqual(['cursor unchanged', 'codex unchanged'])
  expect(Object.keys(JSON.parse(await read(project('.cursor/mcp.json'))).mcpServers)).toEqual([
    TARGET.serverName,
    second.serverName,
  ])
  const toml = await read(home('.codex/config.toml'))
  for (const { serverName, mcpUrl } of [TARGET, second]) {
    expect(toml).toContain(`[mcp_servers.${serverName}]\nurl = "${mcpUrl}"`)
  }
})
