import { folders } from '../../../config/folders.ts'
import { diskRoom, megabytes } from '../../../runtime/disk.ts'
import { type DoctorCheck, type Finding, fail, ok, warn } from '../../check.ts'

/** Space for the downloaded distribution and the unpacked server. */
const FIRST_UP_BYTES = 700_000_000

/** Space that the database needs to grow. Without it, the server stops. */
const SPARE_BYTES = 200_000_000

/** Checks that the disk has room for the server and its data. */
export const disk: DoctorCheck<'host'> = {
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

/** Judges the free disk space. */
export function judgeDisk(freeBytes: number, folder: string, installed: boolean): Finding {
  const what = `${megabytes(freeBytes)} free`
  const fix = 'Make room there, or choose other folders with --data-folder and --cache-folder.'
  if (freeBytes < SPARE_BYTES) return fail(what, `Keycloak's database needs room to grow in ${folder}.`, fix)
  if (freeBytes >= FIRST_UP_BYTES || installed) return ok(what)
  return warn(what, `A first start takes up to ${megabytes(FIRST_UP_BYTES)} in ${folder}.`, fix)
}
