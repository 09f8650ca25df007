import { McpKeycloakError } from '../../../src/errors.ts'

/** The error that `work` ends with, which has to be one of ours. */
export async function refusal(work: () => unknown): Promise<McpKeycloakError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof McpKeycloakError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
