import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

import { McpKeycloakError } from '../errors.ts'
import type { ToolCall } from './tool.ts'

const QUESTION = 'approval'

const answerSchema = z.object({ approved: z.boolean().describe('Yes, do it') })

/**
 * Creates the function that asks the user of the client. A client of the protocol before 2026-07-28 gets a request, a
 * newer one gets a result and calls the tool again: the SDK knows which.
 */
export function approveWith(
  server: McpServer,
  { mcpReq }: ServerContext,
): ToolCall<unknown, unknown>['approve'] {
  return async ({ confirm, loss }) => {
    const answer = inputResponse(mcpReq.inputResponses, QUESTION)
    if (answer.kind === 'elicit') {
      const content = acceptedContent(mcpReq.inputResponses, QUESTION, answerSchema)
      if (content?.approved === true) return undefined
      throw declined()
    }
    const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {}
    const capabilities = envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities()
    if (canAsk(capabilities as ClientCapabilities | undefined)) {
      const message = `${await loss()}\n\nReset it?`
      const ask = inputRequired.elicit({ message, requestedSchema: answerSchema })
      return inputRequired({ inputRequests: { [QUESTION]: ask } })
    }
    if (confirm === true) return undefined
    throw unconfirmed()
  }
}

/** Whether the client can show a form. An empty capability means a form. */
function canAsk({ elicitation }: ClientCapabilities = {}): boolean {
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined)
}

function declined(): McpKeycloakError {
  return new McpKeycloakError('INTERRUPTED', {
    what: 'The realm was not reset.',
    why: 'The user did not agree.',
    fix: 'Ask the user how to go on.',
  })
}

function unconfirmed(): McpKeycloakError {
  return new McpKeycloakError('USAGE_INVALID', {
    what: 'reset_realm has to be confirmed.',
    why: 'This client cannot ask the user.',
    fix: 'Show the user the result of dryRun: true. If the user agrees, call it with confirm: true.',
  })
}
