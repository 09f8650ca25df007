import stringWidth from 'string-width'

/** Pads the text to a number of terminal columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)))
}

/**
 * Aligns the cells of each column. A cell has its width on the terminal: a CJK character takes two columns.
 *
 * @param gap the spaces between two columns
 */
export function table(rows: readonly (readonly string[])[], gap = 2): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => stringWidth(cells[column] ?? ''))),
  )
  return rows.map((cells) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}
