import { folders } from '../../../config/folders.ts'
import { diskRoom, megabytes } from '../../../runtime/disk.ts'
import { type Check, type Finding, fail, ok, warn } from '../../check.ts'

/** A downloaded distribution and the server unpacked from it. */
const FIRST_UP_BYTES = 700_000_000

/** A database that cannot grow stops the server. */
const SPARE_BYTES = 200_000_000

/** Whether the disk has room for the server and its data. */
export const disk: Check<'host'> = {
  name: 'disk',
  title: 'Disk',
  group: 'machine',
  asks: 'host',
  async run({ config, state }) {
    const { data, cache } = folders(config)
    const [dataRoom, cacheRoom] = await Promise.all([diskRoom(data), diskRoom(cache)])
    return judgeDisk(Math.min(dataRoom, cacheRoom), dataRoom <= cacheRoom ? data : cache, state !== undefined)
  },
}

/** What it means how much is free. */
export function judgeDisk(freeBytes: number, folder: string, installed: boolean): Finding {
  const what = `${megabytes(freeBytes)} free`
  const fix = 'Make room there, or choose other folders with --data-folder and --cache-folder.'
  if (freeBytes < SPARE_BYTES) return fail(what, `Keycloak's database needs room to grow in ${folder}.`, fix)
  if (freeBytes >= FIRST_UP_BYTES || installed) return ok(what)
  return warn(what, `A first start takes up to ${megabytes(FIRST_UP_BYTES)} in ${folder}.`, fix)
}
