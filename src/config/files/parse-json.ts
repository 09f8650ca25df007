/** Levels of a JSON text: more than any file has, and few enough for functions that call themselves. */
export const DEEPEST = 500

/** The value of a JSON text; `undefined` when it is none, or is nested too deeply. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a text has so many brackets in brackets that a parser, or who reads its value, would run out of stack. */
export function isTooDeep(text: string): boolean {
  let depth = 0
  let isString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isString && character === '\\') at++
    else if (character === '"') isString = !isString
    else if (isString) continue
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    if (depth > DEEPEST) return true
  }
  return false
}
