// The runner's own files and commands. @actions/core would have to be committed with its packages.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'

/** Returns an input of the step; an empty text when it is not given. */
export function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim()
}

/** Passes values to later steps: `GITHUB_ENV`, `GITHUB_OUTPUT`, or `GITHUB_STATE` for the post step. */
export function pass(variable, values) {
  const delimiter = `mcp_keycloak_${randomUUID()}` // no value can end its own text
  const lines = Object.entries(values).map(
    ([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`,
  )
  appendFileSync(process.env[variable], lines.join(''))
}

/** Hides a value in the log of the job. */
export function mask(value) {
  if (value) process.stdout.write(`::add-mask::${value.replaceAll('%', '%25')}\n`)
}

/** Runs mcp-keycloak with npx. Options are variables, so that no input is a word of a command line. */
export function mcpKeycloak(version, words, options) {
  return run('npx', ['--yes', version === '' ? 'mcp-keycloak' : `mcp-keycloak@${version}`, ...words], options)
}

/**
 * Runs a program of npm.
 *
 * @returns its exit code and standard output; `shows` prints that output too
 */
export function run(program, words, { env = {}, shows = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      env: { ...process.env, ...env },
      shell: process.platform === 'win32', // both are scripts there
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const chunks = []
    child.stdout.on('data', (chunk) => {
      chunks.push(chunk)
      if (shows) process.stdout.write(chunk)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(chunks).toString() }))
  })
}

/** Prints an annotation of the job: `error` or `warning`. */
export function annotate(kind, text) {
  process.stdout.write(`::${kind}::${text.replaceAll('%', '%25').replaceAll('\n', '%0A')}\n`)
}

/** Ends the step as failed, with an annotation. */
export function fail(text) {
  annotate('error', text)
  process.exitCode = 1
}
