import { stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

import { whichCommand } from 'which-command'

import { McpKeycloakError } from '../errors.ts'

/**
 * Makes sure that a command can be run, before anybody waits for something else.
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
 * What to say when the system refuses to run a command that is there.
 *
 * @param reason as the system tells it, e.g. `spawn ./run.sh EACCES`
 */
export function commandRefused(command: string, reason: string): McpKeycloakError {
  return new McpKeycloakError('COMMAND_NOT_EXECUTABLE', {
    what: `"${command}" could not be run.`,
    why: `The system said: ${reason}`,
    fix: 'Try it without mcp-keycloak; a script needs an interpreter in its first line that is on this machine.',
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
    what: `There is no command "${command}".`,
    why: isPath
      ? 'There is no such file. Nothing was started.'
      : 'It is in none of the folders on the PATH. Nothing was started.',
    fix: command.includes(' ')
      ? `Give its words one by one, without quotes around all: mcp-keycloak exec -- ${command}`
      : 'Check the spelling, or activate the environment that has it (a virtual environment, node_modules/.bin).',
  })
}

function notExecutable(
  command: string,
  { path, isFolder }: { path: string; isFolder: boolean },
): McpKeycloakError {
  return new McpKeycloakError('COMMAND_NOT_EXECUTABLE', {
    what: `"${command}" cannot be run.`,
    why: isFolder ? `${path} is a folder.` : `${path} may not be executed: it lacks the permission.`,
    fix: isFolder
      ? 'Name the program in it.'
      : `chmod +x ${path}, or name the program that runs it: mcp-keycloak exec -- sh ${path}`,
  })
}
