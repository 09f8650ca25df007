/**
 * Counts the calls of the methods of some classes while some work is done: a measure of work that no busy machine
 * changes.
 */
export function countedCalls(
  classes: readonly { readonly prototype: object }[],
  work: () => unknown,
): number {
  let calls = 0
  const undo: (() => void)[] = []
  for (const { prototype } of classes) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const method: unknown = property.value
      if (name === 'constructor' || typeof method !== 'function') continue
      const value = function (this: unknown, ...parameters: unknown[]) {
        calls += 1
        return method.apply(this, parameters)
      }
      Object.defineProperty(prototype, name, { ...property, value })
      undo.push(() => Object.defineProperty(prototype, name, property))
    }
  }
  try {
    work()
  } finally {
    for (const one of undo) one()
  }
  return calls
}
