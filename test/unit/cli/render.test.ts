import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'

import { packageVersion } from '../../../src/assets.ts'
import { renderError, row, warning } from '../../../src/cli/render.ts'
import { McpKeycloakError } from '../../../src/errors.ts'

const chalk = new Chalk({ level: 0 })
const PORT_IN_USE = new McpKeycloakError('PORT_IN_USE', {
  what: 'Port 8080 is already in use.',
  why: 'the container "other-keycloak" listens there.',
  fix: 'mcp-keycloak up --port 8081, or stop that container.',
  cause: new Error('the cause'),
})

describe('an error for a person', () => {
  it('an error has what, why and fix', () => {
    expect(renderError(PORT_IN_USE, chalk, false).join('\n')).toMatchInlineSnapshot(`
      "✘ Port 8080 is already in use.  [PORT_IN_USE]
        Why  the container "other-keycloak" listens there.
        Fix  mcp-keycloak up --port 8081, or stop that container."
    `)
  })

  it('keeps lines below each other', () => {
    const text = { what: 'It broke.', why: ['one', 'two'], fix: ['a', 'b'] }
    expect(
      renderError(new McpKeycloakError('NO_RUNTIME', text), chalk, false).join('\n'),
    ).toMatchInlineSnapshot(`
      "✘ It broke.  [NO_RUNTIME]
        Why  one
             two
        Fix  a
             b"
    `)
  })

  it('shows the error underneath with --verbose alone', () => {
    expect(renderError(PORT_IN_USE, chalk, true).join('\n')).toContain('Error: the cause')
    expect(renderError(PORT_IN_USE, chalk, false).join('\n')).not.toContain('the cause')
  })

  it('shows each error underneath in one line, without the stack', () => {
    const cause = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED ::1:9') })
    const text = { what: 'It broke.', why: 'one', fix: 'a', cause }
    expect(renderError(new McpKeycloakError('NO_RUNTIME', text), chalk, true).slice(3)).toEqual([
      '  Cause  TypeError: fetch failed',
      '  Cause  Error: connect ECONNREFUSED ::1:9',
    ])
    const said = new McpKeycloakError('NO_RUNTIME', { ...text, cause: 'a text' })
    expect(renderError(said, chalk, true).at(-1)).toBe('  Cause  a text')
  })

  it('a bug has a stack, the versions and the place to report it', () => {
    const text = renderError(new TypeError('x is not a function'), chalk, false).join('\n')
    expect(text).toMatch(/^✘ .*\nTypeError: x is not a function\n\s+at /)
    expect(text.split('\n').filter((line) => /bug|report/.test(line))).toMatchInlineSnapshot(`
      [
        "✘ This is a bug in mcp-keycloak.",
        "  Please report it with this text and the command",
      ]
    `)
    expect(text).toContain(`Node ${process.version}`)
    expect(text).toContain(`mcp-keycloak ${packageVersion()}, Node`)
    expect(renderError('just a text', chalk, false)[1]).toBe('just a text')
  })
})

describe('a line', () => {
  it('has its further values below the first', () => {
    expect(row(chalk, 'MCP URL', 'one', 'two')).toEqual([
      '  MCP URL             one',
      '                      two',
    ])
    expect(row(chalk, 'MCP URL')).toEqual([])
  })

  it('of warning begins with its sign', () => {
    expect(warning(chalk, 'one')).toBe('⚠ one')
  })
})
