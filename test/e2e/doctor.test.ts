import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { EXIT_CODES } from '../../src/errors.ts'
import { doctorReportSchema } from '../../src/operations/doctor/doctor.ts'
import { cli } from '../helpers/program/cli.ts'
import { type TestInstance, testInstance } from '../helpers/program/instance.ts'

let folder: string
let instance: TestInstance
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-keycloak-doctor-'))
  instance = await testInstance('java')
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** The check of that name, of a run with other variables. */
async function check(name: string, env: Readonly<Record<string, string>> = {}) {
  const { exitCode, stdout, stderr } = await cli(['doctor', '--json'], { env: { ...instance.env, ...env } })
  const report = doctorReportSchema.parse(JSON.parse(stdout))
  expect([exitCode, stderr]).toEqual([report.healthy ? EXIT_CODES.done : EXIT_CODES.faultFound, ''])
  return report.checks.find((one) => one.name === name)
}

describe('doctor where nothing runs', () => {
  it('looks at the machine, which is all right, and says what to do next', async () => {
    const { exitCode, stdout } = await cli(['doctor'], { env: instance.env })
    expect(exitCode, stdout).toBe(EXIT_CODES.done)
    expect(stdout).toMatch(/^Machine\n {2}. Docker/)
    expect(stdout).toMatch(/✔ Ports +\d+ is free/)
    expect(stdout).toMatch(
      new RegExp(
        `Server\n  – .*"${instance.name}".*\n      Fix  mcp-keycloak up --instance ${instance.name}\n`,
      ),
    )
    expect(stdout.endsWith(`: mcp-keycloak up --instance ${instance.name}`)).toBe(true)
  })

  it('cannot answer what is asked by name: exit 3', async () => {
    for (const args of [['--client', 'codex'], ['--fix']]) {
      const { exitCode, stdout, stderr } = await cli(['doctor', ...args], { env: instance.env })
      expect([exitCode, stdout], stderr).toEqual([EXIT_CODES.notRunningOrMachine, ''])
      expect(stderr).toContain('[NOT_RUNNING]')
    }
  })

  it('names the client program that was meant: exit 2', async () => {
    const { exitCode, stderr } = await cli(['doctor', '--client', 'claud-code'], { env: instance.env })
    expect(exitCode).toBe(EXIT_CODES.badInput)
    expect(stderr).toMatch(/"claud-code".*\[USAGE_INVALID\]/)
    expect(stderr).toContain('"claude-code"')
  })
})

describe('doctor on a machine with a fault', () => {
  it('names who has the port: exit 6', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(instance.port, '127.0.0.1', resolve))
    const found = await check('ports')
    server.close()
    expect(found).toMatchObject({
      status: 'fail',
      what: `${instance.port} taken`,
      fix: expect.stringContaining('--port'),
    })
    expect(found?.why).toMatch(new RegExp(`listens on ${instance.port}\\.$`))
  })

  it('names a proxy that catches localhost, without its password', async () => {
    const found = await check('proxy', {
      HTTP_PROXY: 'http://me:secret@proxy.test:3128',
      NO_PROXY: '',
      no_proxy: '',
    })
    expect(found).toMatchObject({ status: 'warn', what: 'HTTP_PROXY catches localhost and 127.0.0.1' })
    expect(JSON.stringify(found)).not.toContain('secret')
  })

  it('names another program of our name that comes first on the PATH', async () => {
    const bin = join(folder, 'node_modules', '@other', 'mcp-keycloak', 'bin')
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, '..', 'package.json'), '{"name": "@other/mcp-keycloak"}')
    await writeFile(join(bin, 'mcp-keycloak'), '#!/bin/sh\n')
    await chmod(join(bin, 'mcp-keycloak'), 0o755)
    expect(await check('program', { PATH: `${bin}:${process.env.PATH}` })).toMatchObject({
      status: 'warn',
      why: expect.stringContaining('"@other/mcp-keycloak"'),
    })
  })
})
