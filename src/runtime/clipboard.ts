import { run } from './exec.ts'

/** A program that prints the clipboard. */
type Reader = readonly [command: string, ...args: string[]]

const OTHERS: readonly Reader[] = [
  ['wl-paste', '--no-newline'],
  ['xclip', '-selection', 'clipboard', '-out'],
  ['xsel', '--clipboard', '--output'],
  // In WSL the clipboard is that of Windows.
  ['powershell.exe', '-NoProfile', '-Command', 'Get-Clipboard'],
]

const READERS: Readonly<Partial<Record<NodeJS.Platform, readonly Reader[]>>> = {
  darwin: [['pbpaste']],
  win32: [['powershell', '-NoProfile', '-Command', 'Get-Clipboard']],
}

const LIMIT_MS = 10_000

/** Names the programs that can read the clipboard on a platform. */
export function clipboardPrograms(platform: NodeJS.Platform = process.platform): readonly string[] {
  return (READERS[platform] ?? OTHERS).map(([command]) => command)
}

/** Reads the text on the clipboard; `undefined` when no program can. */
export async function readClipboard(
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  for (const [command, ...args] of READERS[platform] ?? OTHERS) {
    const { missing, exitCode, stdout } = await run(command, args, { timeoutMs: LIMIT_MS })
    if (!missing && exitCode === 0) return stdout
  }
  return undefined
}
