import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { cli } from '../helpers/program/cli.ts'
import { type ConsumerProject, consumerProject } from '../helpers/projects/consumer-project.ts'

/** The program of an installation without the written answers. */
let unanswered: string
let project: ConsumerProject
beforeAll(async () => {
  project = await consumerProject({}, [])
  const installed = join(project.folder, 'node_modules', 'mcp-keycloak')
  await rm(join(installed, 'dist', 'answers.json'))
  unanswered = join(installed, 'bin', 'mcp-keycloak.js')
})
afterAll(() => project[Symbol.asyncDispose]())

/** The answer that the program makes itself. */
const made = (args: readonly string[]) => cli(args, { bin: unanswered })

describe('an answer that the build wrote down', () => {
  it.each([
    [[]],
    [['--version']],
    [['-V']],
    [['-v']],
    [['--help']],
    [['up', '--help']],
    [['realm', 'diff', '-h']],
  ])('is the one that the program makes: %j', async (args) => {
    const answer = await cli(args)
    expect(answer).toMatchObject({ exitCode: 0, stderr: '' })
    expect(answer.stdout).not.toBe('')
    expect(answer).toEqual(await made(args))
  })

  it('is not taken for something else', async () => {
    expect(await cli(['no-such-command', '--help'])).toEqual(await made(['no-such-command', '--help']))
  })
})
