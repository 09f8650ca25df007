const BLOCK_BYTES = 512

/** A file for an archive. */
interface ArchivedFile {
  readonly name: string
  readonly text: string
  /** Permission bits. */
  readonly mode: number
  /** Numeric ids of the owner inside the container. */
  readonly uid: number
  readonly gid: number
}

/**
 * Packs one file as a tar archive. `docker cp -` keeps owner and mode from the archive. Its option `--archive` does not
 * work everywhere: engines before version 28 look up the container's user among the users of their own machine.
 *
 * @see {@link https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html POSIX: ustar interchange format}
 */
export function oneFileTar({ name, text, mode, uid, gid }: ArchivedFile): string {
  const size = Buffer.byteLength(text)
  const modifiedAt = Math.floor(Date.now() / 1000)
  const start = [
    name.padEnd(100, '\0'),
    octal(mode, 8),
    octal(uid, 8),
    octal(gid, 8),
    octal(size, 12),
    octal(modifiedAt, 12),
  ].join('')
  const end = `0${'\0'.repeat(100)}ustar\0${'00'}`
  const blank = ' '.repeat(8)
  const sum = [...Buffer.from(start + blank + end)].reduce((total, byte) => total + byte, 0)
  const header = `${start}${octal(sum, 7)} ${end}`
  return inBlocks(header, header.length) + inBlocks(text, size) + '\0'.repeat(2 * BLOCK_BYTES)
}

/** An octal number in a field of fixed width that ends with NUL. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}

function inBlocks(text: string, bytes: number): string {
  return text + '\0'.repeat((BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES)
}
