import { constants } from 'node:fs'
import { type FileHandle, open, stat, statfs } from 'node:fs/promises'

/** Bytes of the largest file that is read. A realm export with 50,000 users has half of that. */
export const LARGEST_FILE = 64 * 1024 * 1024

/** File systems of the Linux kernel (`proc`, `sysfs`), whose files are answers of the kernel and may never end. */
const KERNEL_FILES: readonly number[] = [0x9f_a0, 0x62_65_65_72]

/** The bytes of a file, and the user it belongs to. */
export interface FileContent {
  readonly bytes: Buffer
  /** User id of the owner; 0 on Windows. */
  readonly owner: number
}

/**
 * Reads a file that a user or a repository names. FIFOs, devices, sockets and files of the kernel are refused at once.
 *
 * @param largest size limit in bytes. Default: {@link LARGEST_FILE}.
 * @throws {NodeJS.ErrnoException} of the system; with the code `EFTYPE` for what is not a regular file, `EFBIG` above the limit
 */
export async function readRegularFile(path: string, largest = LARGEST_FILE): Promise<FileContent> {
  const file = await openRegularFile(path)
  try {
    const { size, uid } = await file.stat()
    if (size > largest) throw tooLarge(largest)
    const chunks: Buffer[] = []
    let length = 0
    // One byte more than allowed: the file may grow meanwhile.
    for await (const chunk of file.createReadStream({ end: largest, autoClose: false })) {
      chunks.push(chunk)
      length += chunk.length
    }
    if (length > largest) throw tooLarge(largest)
    return { bytes: Buffer.concat(chunks), owner: uid }
  } finally {
    await file.close()
  }
}

/**
 * Reads a text file as {@link readRegularFile} does.
 *
 * @throws {NodeJS.ErrnoException}
 */
export async function readTextFile(path: string, largest?: number): Promise<string> {
  return (await readRegularFile(path, largest)).bytes.toString('utf8')
}

/**
 * Opens a regular file for reading, and never waits: opening a FIFO would wait for its writer, and no signal ends that.
 *
 * @throws {NodeJS.ErrnoException} with the code `EFTYPE` for anything else
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  assertRegular(await stat(path)) // opening some devices has effects
  if (await isOfKernel(path)) throw notRegular('it is a file of the kernel')
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    assertRegular(await file.stat()) // the path may mean another file by now
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Whether a file or folder is one of the kernel: `/proc` and `/sys`. */
export async function isOfKernel(path: string): Promise<boolean> {
  return process.platform === 'linux' && KERNEL_FILES.includes((await statfs(path)).type)
}

/** The parts of a file's status that tell its kind. */
type FileKind = Pick<Awaited<ReturnType<typeof stat>>, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>

function assertRegular(found: FileKind): void {
  if (found.isFile()) return
  if (found.isDirectory()) throw notRegular('it is a folder')
  if (found.isFIFO()) throw notRegular('it is a pipe')
  throw notRegular(found.isSocket() ? 'it is a socket' : 'it is a device')
}

function notRegular(message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code: 'EFTYPE' })
}

function tooLarge(largest: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`it has more than ${largest / 1024 / 1024} MiB`), { code: 'EFBIG' })
}
