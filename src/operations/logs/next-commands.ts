import { command } from '../../config/command.ts'
import type { Ecosystem } from '../../explain/ecosystems/ecosystem.ts'

/** A command to run next, and its purpose. */
interface NextCommand {
  readonly command: string
  readonly shows: string
}

/** The three commands that most likely show the cause, for the programs that a text is from. */
export function nextCommands(ecosystem: Ecosystem | undefined): readonly NextCommand[] {
  const live = { command: command('logs --explain', '-f'), shows: 'what the server says while you try again' }
  const token = { command: command('token', { decode: true }), shows: 'what is in a good token' }
  const verify = { command: command('verify'), shows: 'each step of a login against your MCP server' }
  const doctor = { command: command('doctor'), shows: 'this machine, the server, the realm and each client' }
  const log = { command: command('logs', { since: '10m', level: 'WARN' }), shows: 'the log of the server' }
  switch (ecosystem?.side) {
    case 'client':
      return [live, doctor, verify]
    case 'mcp-server':
      return [verify, token, live]
    case 'keycloak':
    case 'machine':
      return [doctor, log, live]
    default:
      return [live, token, doctor]
  }
}
