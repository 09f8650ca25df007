import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'

import { mergeToml } from '../../../src/clients/merge-toml.ts'

const PLACE = { file: '/home/me/.codex/config.toml', path: ['mcp_servers', 'my-server'] }
const URL = 'http://localhost:4321/mcp'
const merge = (text: string | undefined) => mergeToml(text, PLACE, { url: URL })

describe('a TOML file', () => {
  it('a missing file gets the one table', () => {
    expect(merge(undefined)).toEqual({ text: `[mcp_servers.my-server]\nurl = "${URL}"\n`, action: 'created' })
  })

  it('keeps every line and gets one table more', () => {
    const text =
      '# mine\nmodel = "x"\nbig = 9223372036854775807\n\n[mcp_servers.other]\nurl = "https://a.test" # a\n'
    const merged = merge(text)
    expect(merged).toEqual({ text: `${text}\n[mcp_servers.my-server]\nurl = "${URL}"\n`, action: 'updated' })
    expect(merge(merged.text)).toEqual({ text: merged.text, action: 'unchanged' })
  })

  it('an earlier entry gets its new port; comments and other tables stay', () => {
    const text =
      '[mcp_servers."my-server"]\n# here\nurl = "http://localhost:1/mcp" # dev\n\n[mcp_servers.b]\nurl = "http://localhost:2/mcp"\n'
    expect(merge(text)).toEqual({ text: text.replace('http://localhost:1/mcp', URL), action: 'updated' })
  })

  it('may end without a newline', () => {
    expect(parse(merge('model = "x"').text)).toEqual({
      model: 'x',
      mcp_servers: { 'my-server': { url: URL } },
    })
  })

  it('keeps Windows line ends', () => {
    expect(merge('model = "x"\r\n').text).toBe(
      `model = "x"\r\n\r\n[mcp_servers.my-server]\r\nurl = "${URL}"\r\n`,
    )
  })

  it('is not fooled by a table inside a text', () => {
    const text = 'note = """\n[mcp_servers.my-server]\n"""\n'
    expect(merge(text).text.startsWith(text)).toBe(true)
  })

  it.each([
    ['is cut off', 'a = [\n', 'not valid TOML'],
    ['has servers inline, where no table can be added', 'mcp_servers = {}\n', 'tables of its own'],
    [
      'has our old entry inline',
      'mcp_servers.my-server = { url = "http://localhost:1/mcp" }\n',
      'tables of its own',
    ],
    ['has another entry of that name', '[mcp_servers.my-server]\ncommand = "x"\n', 'the command "x"'],
    ['has something else than servers there', 'mcp_servers = 1\n', '"mcp_servers"'],
  ])('is refused when it %s', (_what, text, why) => {
    expect(() => merge(text)).toThrow(
      expect.objectContaining({ code: 'SNIPPET_NOT_WRITTEN', why: expect.stringContaining(why) }),
    )
  })
})
