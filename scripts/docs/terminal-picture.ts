import { escapeXml, svg } from './svg.ts'

/** Attributes of the text after a colour code; a code without a row ends them. */
const STYLES: Readonly<Record<string, string>> = {
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#3fb950"',
  33: 'fill="#d29922"',
  36: 'fill="#79c0ff"',
}

const LINE = 19
const CHARACTER = 8.02
const MARGIN = 20

/**
 * A picture of a terminal after a command.
 *
 * @param output what the command printed, with its colour codes
 */
export function terminalPicture(command: string, output: string): string {
  const lines = [`\u001b[32m$\u001b[39m ${command}`, ...output.trimEnd().split('\n')].map(spans)
  const columns = Math.max(...lines.map((line) => line.reduce((sum, { text }) => sum + text.length, 0)))
  const rows = lines.map(
    (line, index) =>
      `<text x="${MARGIN}" y="${MARGIN + (index + 1) * LINE - 5}" xml:space="preserve">${line.map(tspan).join('')}</text>`,
  )
  const font = 'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13.3" fill="#e6edf3"'
  const width = Math.ceil(columns * CHARACTER) + 2 * MARGIN
  const height = lines.length * LINE + 2 * MARGIN
  return svg(command, { width, height, background: '#0d1117' }, [`<g ${font}>`, ...rows, '</g>'])
}

interface Span {
  readonly text: string
  readonly style: string
}

/** A line, split where its style changes. */
function spans(line: string): readonly Span[] {
  const [first = '', ...rest] = line.split('\u001b[')
  const styled = rest.map((part) => {
    const end = part.indexOf('m')
    return { text: part.slice(end + 1), style: STYLES[part.slice(0, end)] ?? '' }
  })
  return [{ text: first, style: '' }, ...styled].filter(({ text }) => text !== '')
}

function tspan({ text, style }: Span): string {
  return `<tspan${style && ` ${style}`}>${escapeXml(text)}</tspan>`
}
