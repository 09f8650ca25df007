import { printableJson } from '../printable.ts'

/** Writes a value as a Python string. A JSON string is also a Python string. */
export function python(value: string): string {
  return printableJson(value)
}
