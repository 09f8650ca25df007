import { describe, expect, it } from 'vitest'

import { McpKeycloakError } from '../../../src/errors.ts'
import { errorReport, errorReportSchema } from '../../../src/operations/error-report.ts'

describe('an error for a program', () => {
  it('has what, why and fix, and nothing of what is underneath', () => {
    const text = { what: 'a\nb', why: 'c', fix: 'd', cause: new Error('a secret') }
    const report = errorReport(new McpKeycloakError('NO_RUNTIME', text))
    expect(errorReportSchema.parse(report)).toEqual({
      error: {
        code: 'NO_RUNTIME',
        message: 'a\nb',
        why: 'c',
        fix: 'd',
        url: expect.stringMatching(/^https:/),
      },
    })
  })

  it.each([
    [new TypeError('x'), 'x'],
    [new Error(''), 'Error'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
  ])('has a code also when it is a bug of ours: %s', (thrown, message) => {
    expect(errorReportSchema.parse(errorReport(thrown)).error).toMatchObject({ code: 'BUG', message })
  })
})
