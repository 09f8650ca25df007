import { z } from 'zod'

import { packageVersion } from '../assets.ts'
import { command } from '../config/command.ts'
import { didYouMean } from '../config/did-you-mean.ts'
import { interrupted, McpKeycloakError } from '../errors.ts'
import { errorReport } from '../operations/error-report.ts'
import type { OnStep } from '../runtime/runtime.ts'
import { type BridgeState, HANDLERS } from './handlers.ts'
import { LONGEST_MESSAGE, messageLines } from './message-lines.ts'
import { BRIDGE_VERSION, METHODS, type MethodName, requestSchema } from './protocol.ts'
import { realmBook } from './realm-book.ts'
import { openSession, type Session } from './session.ts'

/** Requests that are worked on at once. Further lines wait. */
const MOST_AT_ONCE = 100

/** The streams and signals of a bridge. */
export interface BridgeOptions {
  /** The client's messages, as text in any chunks. */
  readonly input: AsyncIterable<string>
  /** Sends one message to the client. */
  readonly send: (message: unknown) => void
  readonly onStep: OnStep
  /** Ends the bridge: it stops what it has begun and cleans up. */
  readonly signal: AbortSignal
}

/**
 * Serves requests until the input ends or the signal is aborted. Then removes its realms and its server, and reports
 * those that the client has not removed.
 */
export async function serveBridge({ input, send, onStep, signal }: BridgeOptions): Promise<void> {
  send({ bridgeVersion: BRIDGE_VERSION, version: packageVersion() })
  let opening: Promise<Session> | undefined
  const state: BridgeState = {
    book: realmBook(),
    start(params) {
      opening ??= openSession(params, { onStep, signal }).catch((error: unknown) => {
        opening = undefined // the next start may succeed
        throw error
      })
      return opening
    },
    async session() {
      if (!opening) throw notStarted()
      return opening
    },
  }
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await Promise.race([aborted, answerAll(input, send, state)])
  const session = await opening?.catch(() => undefined)
  const goodbye = state.book.left()
  await session?.stop()
  send({ goodbye })
}

/** Answers each request. Ends after the last answer. */
async function answerAll(
  input: AsyncIterable<string>,
  send: BridgeOptions['send'],
  state: BridgeState,
): Promise<void> {
  const running = new Set<Promise<void>>()
  for await (const line of messageLines(input)) {
    if (line?.trim() === '') continue
    const answered = answer(line, state).then(send)
    const done = answered.finally(() => running.delete(done))
    running.add(done)
    if (running.size >= MOST_AT_ONCE) await Promise.race(running)
  }
  await Promise.all(running)
}

async function answer(line: string | undefined, state: BridgeState) {
  let id: unknown = null
  try {
    const message = parsed(line)
    id = idOf(message)
    const { method, params } = checked(requestSchema, message, 'This message is not a request.')
    return { id, result: await call(method, params, state) }
  } catch (error) {
    return { id, ...errorReport(error) }
  }
}

function call(name: string, params: unknown, state: BridgeState): Promise<unknown> {
  if (!Object.hasOwn(METHODS, name)) throw unknownMethod(name)
  const method = name as MethodName
  const known = checked(METHODS[method].params, params, `The params of "${method}" are not valid.`)
  const handle = HANDLERS[method] as (state: BridgeState, params: unknown) => Promise<unknown>
  return handle(state, known)
}

function parsed(line: string | undefined): unknown {
  const hint = `Send each request as one line: {"id":1,"method":"start","params":{}}. The schema: ${schemaCommand()}`
  if (line === undefined) {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: `A message has more than ${LONGEST_MESSAGE} characters.`,
      why: 'A message ends at a line break.',
      fix: hint,
    })
  }
  try {
    return JSON.parse(line)
  } catch {
    throw new McpKeycloakError('USAGE_INVALID', {
      what: 'A message is not JSON.', // without its text, which may have a secret
      why: 'Each line is one JSON object.',
      fix: hint,
    })
  }
}

/** Reads the id of a message that may not be a request, so that its sender gets the error. */
function idOf(message: unknown): unknown {
  const id = requestSchema.shape.id.safeParse((message as { readonly id?: unknown } | null)?.id)
  return id.success ? id.data : null
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new McpKeycloakError('USAGE_INVALID', {
    what,
    why: z.prettifyError(result.error).split('\n'),
    fix: `The schema of all messages: ${schemaCommand()}`,
  })
}

function schemaCommand(): string {
  return command('bridge', { schema: true })
}

function unknownMethod(name: string): McpKeycloakError {
  const names = Object.keys(METHODS)
  return new McpKeycloakError('USAGE_INVALID', {
    what: `There is no method "${name}".`,
    why: `The methods are ${names.join(', ')}. ${didYouMean(name, names) ?? ''}`,
    fix: `The schema of all messages: ${schemaCommand()}`,
  })
}

function notStarted(): McpKeycloakError {
  return new McpKeycloakError('NOT_RUNNING', {
    what: 'This bridge has no Keycloak yet.',
    why: 'start finds or starts one, and no start has succeeded.',
    fix: 'Send {"id":1,"method":"start"} first.',
  })
}

/** The error of a bridge that a signal has ended. */
export function bridgeInterrupted(): McpKeycloakError {
  return interrupted('the realms and the Keycloak of the bridge are removed.')
}
