/**
 * A TypeScript source with its comments and template texts blanked out, so that neither a snippet for the user nor a
 * remark can be taken for code. Plain strings stay: import specifiers are such. Lines keep their numbers.
 */
export function codeOnly(source: string): string {
  let out = ''
  let at = 0
  /** One entry for each template we are in: how many braces are open in its `${…}`; -1 in its text. */
  const templates: number[] = []
  const skip = (pattern: RegExp, keep: boolean) => {
    pattern.lastIndex = at
    const text = pattern.exec(source)?.[0] ?? source.charAt(at)
    out += keep ? text : text.replace(/[^\n]/g, ' ')
    at += text.length
  }
  while (at < source.length) {
    const two = source.slice(at, at + 2)
    const depth = templates.at(-1)
    if (depth === -1) {
      if (source[at] === '`') templates.pop()
      if (two === '${') templates[templates.length - 1] = 0
      skip(two === '${' || two[0] === '\\' ? /[\s\S]{2}/y : /[\s\S]/y, false)
    } else if (two === '//') skip(/[^\n]*/y, false)
    else if (two === '/*') skip(/\/\*[\s\S]*?\*\//y, false)
    else if (two[0] === "'" || two[0] === '"') skip(/(['"])(?:\\.|(?!\1)[^\\\n])*\1?/y, true)
    else {
      if (two[0] === '`') templates.push(-1)
      if (depth !== undefined && two[0] === '{') templates[templates.length - 1] = depth + 1
      if (depth !== undefined && two[0] === '}') templates[templates.length - 1] = depth - 1
      skip(/[\s\S]/y, two[0] !== '`')
    }
  }
  return out
}

/** Every module that a source imports, in whatever way: values, types, re-exports, dynamically, for the side effect. */
export function importsOf(source: string): readonly string[] {
  const forms = /\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g
  return [...codeOnly(source).matchAll(forms)].map((match) => match[2] ?? '')
}
