import { crc32 } from 'node:zlib'

/** A file of a zip; a name that ends with a slash is a folder. */
export interface ZipEntry {
  readonly name: string
  readonly text?: string
  /** Unix permissions. Default: none recorded. */
  readonly mode?: number
}

/** A zip of uncompressed files, byte for byte as the format says, also with names that no honest tool writes. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  let offset = 0
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  for (const { name, text = '', mode = 0 } of entries) {
    const [fileName, content] = [Buffer.from(name), Buffer.from(text)]
    const shared = Buffer.alloc(26) // what a local header and a directory entry have in common
    shared.writeUInt16LE(20, 0)
    shared.writeUInt32LE(crc32(content), 10)
    shared.writeUInt32LE(content.length, 14)
    shared.writeUInt32LE(content.length, 18)
    shared.writeUInt16LE(fileName.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, fileName, content])
    const ending = Buffer.alloc(14)
    ending.writeUInt32LE(((0o100000 | mode) << 16) >>> 0, 6)
    if (mode === 0) ending.writeUInt32LE(0, 6)
    ending.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), shared, ending, fileName]))
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, central, end])
}
