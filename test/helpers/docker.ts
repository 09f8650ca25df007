import { probeDocker } from '../../src/runtime/probe-docker.ts'

/** What this machine has of Docker, asked once. */
export const docker = await probeDocker()

/** Whether the compose runtime can be tested here. */
export const hasCompose = docker.engine !== undefined && docker.compose !== undefined
