import type { InputRequiredResult, ToolAnnotations } from '@modelcontextprotocol/server'
import { z } from 'zod'

import type { ResolvedConfig } from '../config/resolve.ts'
import type { OnStep } from '../runtime/runtime.ts'
import type { AgentTexts } from './texts.ts'

/** A question to the user before data is lost. */
interface Approval {
  /** Whether the agent says that the user agreed. Counts only when the client cannot ask. */
  readonly confirm: boolean | undefined
  /** Describes the loss. Called only when the user is asked. */
  readonly loss: () => Promise<string>
}

/** One call of a tool, with its options resolved. */
export interface ToolCall<Input, Report> {
  readonly resolved: ResolvedConfig
  readonly input: Input
  readonly onStep: OnStep
  /** Aborted when the client cancels the call or closes. */
  readonly signal: AbortSignal
  /** Does work that must not be cut off. */
  readonly uninterrupted: <Result>(work: () => Promise<Result>) => Promise<Result>
  /**
   * Asks the user.
   *
   * @returns a request that the client shows to the user; `undefined` when the user agrees
   * @throws {McpKeycloakError} `USAGE_INVALID` when the client cannot ask, `INTERRUPTED` when the user declines
   */
  readonly approve: (approval: Approval) => Promise<InputRequiredResult | undefined>
  /** Returns the report as the command line prints it. */
  readonly text: (report: Report) => string
}

/** One command as a tool for coding agents. */
export interface AgentTool<Input = never, Report = unknown> {
  readonly name: keyof AgentTexts
  readonly title: string
  readonly description: string
  readonly input: z.ZodType<Input>
  /** The schema of the report, as for `--json`. */
  readonly output: z.ZodType<Report>
  readonly annotations: ToolAnnotations
  run(call: ToolCall<Input, Report>): Promise<Report | InputRequiredResult>
}

/** The arguments of every tool. They replace the flags of the command that serves the tools. */
export const TARGET_INPUT = {
  instance: z.string().optional().describe('Which Keycloak of this machine (default)'),
  realm: z.string().optional().describe('Name of the realm (fastmcp)'),
}
