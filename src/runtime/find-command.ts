import { stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

import { whichCommand } from 'which-command'

import { command as ours } from '../config/command.ts'
import { McpKeycloakError } from '../errors.ts'

/**
 * Checks that a command can be run, before any slow step.
 *
 * @param command a name on the PATH, or a path
 * @param path default: our PATH
 * @throws {McpKeycloakError} `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`
 */
export async function assertCommand(command: string, path = process.env.PATH ?? ''): Promise<void> {
  if (command !== '' && (await whichCommand(command, { path })) !== undefined) return
  const found = command === '' ? undefined : await findFile(command, path)
  throw found === undefined ? notFound(command) : notExecutable(command, found)
}

/**
 * Creates the error for an existing command that the system refuses to run.
 *
 * @param reason the system's message, e.g. `spawn ./run.sh EACCES`
 */
export function commandRefused(command: string, reason: string): McpKeycloakError {
  return new McpKeycloakError('COMMAND_NOT_EXECUTABLE', {
    what: `"${command}" could not be run.`,
    why: `The system said: ${reason}`,
    fix: 'Run the command without mcp-keycloak to test it. A script must name an installed interpreter in its first line.',
  })
}

async function findFile(
  command: string,
  path: string,
): Promise<{ path: string; isFolder: boolean } | undefined> {
  const isPath = /[/\\]/.test(command)
  const folders = isPath ? [''] : path.split(delimiter).filter(Boolean)
  for (const folder of folders) {
    const file = join(folder, command)
    const found = await stat(file).catch(() => undefined)
    if (found && (isPath || found.isFile())) return { path: file, isFolder: found.isDirectory() }
  }
  return undefined
}

function notFound(command: string): McpKeycloakError {
  const isPath = /[/\\]/.test(command)
  return new McpKeycloakError('COMMAND_NOT_FOUND', {
    what: `The command "${command}" does not exist.`,
    why: isPath
      ? 'There is no such file. Nothing was started.'
      : 'It is in none of the folders on the PATH. Nothing was started.',
    fix: command.includes(' ')
      ? `Remove the quotes around the whole command: ${ours('exec', '--')} ${command}`
      : 'Check the spelling, or activate the environment that has it (a virtual environment, node_modules/.bin).',
  })
}

function notExecutable(
  command: string,
  { path, isFolder }: { path: string; isFolder: boolean },
): McpKeycloakError {
  return new McpKeycloakError('COMMAND_NOT_EXECUTABLE', {
    what: `"${command}" cannot be run.`,
    why: isFolder ? `${path} is a folder.` : `${path} lacks the permission to be executed.`,
    fix: isFolder
      ? 'Name a program in that folder.'
      : `chmod +x ${path}, or name the program that runs it: ${ours('exec', '--', 'sh', path)}`,
  })
}
