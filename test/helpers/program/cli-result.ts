/** The outcome of a run of the program. */
export interface CliResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}
