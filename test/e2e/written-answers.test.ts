import { rename } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { BIN, cli } from '../helpers/cli.ts'

const ANSWERS = join(BIN, '..', '..', 'dist', 'answers.json')

/** What the program answers when it has to make the answer itself. */
async function made(args: readonly string[]) {
  await rename(ANSWERS, `${ANSWERS}.aside`)
  try {
    return await cli(args)
  } finally {
    await rename(`${ANSWERS}.aside`, ANSWERS)
  }
}

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
