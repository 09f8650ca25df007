import { expect, it } from 'vitest'

import { printable, printableLine } from '../../../src/config/printable.ts'

it.each([
  ['Ünïcode, 日本語 and 👩‍💻', 'Ünïcode, 日本語 and 👩‍💻'],
  ['\u001b[2Jgone\u0007', '\ufffd[2Jgone\ufffd'],
  ['\u009b31mred', '\ufffd31mred'],
  ['evil\u202etxt.exe', 'evil\ufffdtxt.exe'],
  ['two\r\nlines', 'two\ufffd\nlines'],
])('lets nothing through that steers a terminal: %j', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

it('has one line where there is room for one', () => {
  expect(printableLine(' a\nb\n')).toBe('a b')
})
