import { describe, expect, it } from 'vitest'

import { McpKeycloakError } from '../../../src/errors.ts'
import { errorReport, errorReportSchema } from '../../../src/operations/error-report.ts'

describe('an error for a program', () => {
  it('has what, why and fix, and nothing of what is underneath', () => {
    const text = { what: 'a b', why: 'c', fix: 'd', cause: new Error('a secret') }
    const report = errorReport(new McpKeycloakError('NO_RUNTIME', text))
    expect(errorReportSchema.parse(report)).toEqual({
      error: {
        code: 'NO_RUNTIME',
        message: 'a b',
        why: 'c',
        fix: 'd',
      },
    })
  })

  it('has an address to report it to as soon as the project has one', () => {
    const issues = 'https://tracker.example/issues'
    const { error } = errorReportSchema.parse(errorReport(new TypeError('x'), { issues }))
    expect(error).toMatchObject({ url: issues, fix: expect.stringContaining(issues) })
    expect(errorReport(new TypeError('x'), {}).error).not.toHaveProperty('url')
  })

  it.each([
    [new TypeError('x'), 'x'],
    [new Error(''), 'Error'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
  ])('a bug has an error code: %s', (thrown, message) => {
    expect(errorReportSchema.parse(errorReport(thrown)).error).toMatchObject({ code: 'BUG', message })
  })
})
