import { execa } from 'execa'

/** Resident memory of the biggest process of a process group: megabytes. */
export async function groupMemoryMb(group: number): Promise<number> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pgid=,rss='])
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return largestMb(rows.filter(([pgid]) => pgid === group).map(([, kibibytes = 0]) => kibibytes))
}

/** Resident memory of the biggest process of a Compose project's container: megabytes. */
export async function containerMemoryMb(project: string): Promise<number> {
  const filter = `label=com.docker.compose.project=${project}`
  const { stdout: id } = await execa('docker', ['ps', '--quiet', '--filter', filter])
  const { stdout } = await execa('docker', ['top', id, '-eo', 'pid,rss'])
  return largestMb(
    stdout
      .split('\n')
      .slice(1)
      .map((line) => Number(line.trim().split(/\s+/)[1])),
  )
}

function largestMb(kibibytes: readonly number[]): number {
  return Math.round((Math.max(0, ...kibibytes) * 1024) / 1e6)
}
