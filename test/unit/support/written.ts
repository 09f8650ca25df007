import { vi } from 'vitest'

/** What is written to a stream of this process from now on, in place of writing it; until mocks are restored. */
export function written(name: 'stdout' | 'stderr'): string[] {
  const texts: string[] = []
  vi.spyOn(process[name], 'write').mockImplementation((text) => {
    texts.push(String(text))
    return true
  })
  return texts
}
