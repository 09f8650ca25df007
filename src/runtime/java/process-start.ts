import { readFile } from 'node:fs/promises'

import { run } from '../exec.ts'

/**
 * Reads the start time of a process as a text for comparison: the same text means the same process, even if its pid was
 * reused. `undefined` when the process does not exist, or is dead but not yet reaped, as in containers without an init.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return linuxProcessStart(pid)
  if (process.platform === 'win32') {
    const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`
    const { exitCode, stdout } = await run('powershell', ['-NoProfile', '-Command', script])
    return exitCode === 0 ? stdout.trim() || undefined : undefined
  }
  const { exitCode, stdout } = await run('ps', ['-o', 'state=,lstart=', '-p', String(pid)])
  const [state, ...start] = stdout.trim().split(/\s+/)
  return exitCode !== 0 || state?.startsWith('Z') ? undefined : start.join(' ')
}

/** @see {@link https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html proc_pid_stat(5)}: fields 3 (state) and 22 (start, in ticks since boot) */
async function linuxProcessStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return `${boot.trim()} ${fields[19]}`
}
