import { run } from '../../src/runtime/exec.ts'
import { probeDocker } from '../../src/runtime/probe-docker.ts'

/** What this machine has of Docker, asked once. */
export const docker = await probeDocker()

/** Whether the compose runtime can be tested here. */
export const hasCompose = docker.engine !== undefined && docker.compose !== undefined

/** Whether Go is there: its tests are run by a command of ours. */
export const hasGo = (await run('go', ['version'])).exitCode === 0

/** Whether a test may have a mount namespace of its own. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0
