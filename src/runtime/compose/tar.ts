const BLOCK_BYTES = 512

/** A file for an archive. */
export interface ArchivedFile {
  /** A name that ends with a slash is a folder. */
  readonly name: string
  readonly content: string | Uint8Array
  /** Permission bits. */
  readonly mode: number
  /** Numeric ids of the owner inside the container. */
  readonly uid: number
  readonly gid: number
}

/**
 * Packs files as a tar archive. `docker cp -` keeps owner and mode from the archive. Its option `--archive` does not
 * work everywhere: engines before version 28 look up the container's user among the users of their own machine.
 *
 * @see {@link https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html POSIX: ustar interchange format}
 */
export function tar(files: readonly ArchivedFile[]): Uint8Array {
  const end = Buffer.alloc(2 * BLOCK_BYTES)
  return Buffer.concat([...files.flatMap(entry), end])
}

function entry({ name, content, mode, uid, gid }: ArchivedFile): readonly Uint8Array[] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const modifiedAt = Math.floor(Date.now() / 1000)
  const start = [
    name.padEnd(100, '\0'),
    octal(mode, 8),
    octal(uid, 8),
    octal(gid, 8),
    octal(bytes.length, 12),
    octal(modifiedAt, 12),
  ].join('')
  const end = `${name.endsWith('/') ? 5 : 0}${'\0'.repeat(100)}ustar\0${'00'}`
  const blank = ' '.repeat(8)
  const sum = [...Buffer.from(start + blank + end)].reduce((total, byte) => total + byte, 0)
  const header = Buffer.from(`${start}${octal(sum, 7)} ${end}`)
  return [header, padding(header.length), bytes, padding(bytes.length)]
}

/** An octal number in a field of fixed width that ends with NUL. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}

function padding(bytes: number): Uint8Array {
  return Buffer.alloc((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES)
}
