// Runs one of this repository's jobs on a fresh checkout: installs and builds what is missing first.
// Plain JavaScript for any Node: the current one comes with the dev dependency "node".
// Usage: node scripts/with-setup.js mcp-keycloak <arguments…> | test [vitest arguments…] | check | lint |
//   set-up (what the tests need) | bench [--n 5] [--only reset-realm,new-realm] | docs
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { summary } from './test-summary.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TEST_RESULTS = '.cache/test-results.json'
const ACTIONLINT = join('.cache', process.platform === 'win32' ? 'actionlint.exe' : 'actionlint')
const ACTIONLINT_PACKAGE = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'
const PYTHON_REQUIREMENTS = 'test/fixtures/requirements.txt'

process.chdir(ROOT)
process.env.PATH = join(ROOT, 'node_modules', '.bin') + delimiter + process.env.PATH

/** Runs a program to its end. It prints on stderr, so that stdout has only the job's own result. */
function step(what, command, args) {
  process.stderr.write(`… ${what}\n`)
  const child = spawn(command, args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  return new Promise((resolve) => {
    child.on('error', ({ message }) => {
      process.stderr.write(`✘ ${command} could not be run: ${message}\n`)
      process.exit(1)
    })
    child.on('exit', (status, signal) => {
      const code = status ?? (signal === 'SIGINT' ? 130 : 1)
      if (code !== 0) {
        process.stderr.write(`✘ ${command} ended with ${code}.\n`)
        process.exit(code)
      }
      resolve()
    })
  })
}

/** Runs the job itself, on our terminal. */
function job(command, args) {
  const { status, signal, error } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error) process.stderr.write(`✘ ${command} could not be run: ${error.message}\n`)
  return status ?? (signal === 'SIGINT' ? 130 : 1)
}

function newest(path) {
  const { isDirectory, mtimeMs } = {
    isDirectory: statSync(path).isDirectory(),
    mtimeMs: statSync(path).mtimeMs,
  }
  return isDirectory
    ? Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
    : mtimeMs
}

function isOlder(path, ...sources) {
  return !existsSync(path) || sources.some((source) => newest(source) > statSync(path).mtimeMs)
}

function stamp(path) {
  mkdirSync('.cache', { recursive: true })
  writeFileSync(path, '')
}

async function install() {
  if (!isOlder('node_modules/.package-lock.json', 'package-lock.json')) return
  await step('Installing dependencies (npm ci)', 'npm', ['ci', '--loglevel=error'])
}

async function build() {
  if (
    existsSync('dist') &&
    !isOlder('.cache/built', 'src', 'package.json', 'tsconfig.json', 'tsconfig.build.json')
  )
    return
  await step('Building', 'npm', ['run', '--silent', 'build'])
  stamp('.cache/built')
}

/** Installs the real FastMCP for the end-to-end tests, into a Python environment. Takes 30 s. */
async function installPython() {
  if (!isOlder('.cache/python', PYTHON_REQUIREMENTS)) return
  await step('Making a Python environment', 'python3', ['-m', 'venv', '.cache/venv'])
  const pip = join('.cache', 'venv', process.platform === 'win32' ? 'Scripts' : 'bin', 'python')
  await step('Installing FastMCP', pip, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--requirement',
    PYTHON_REQUIREMENTS,
  ])
  stamp('.cache/python')
}

/** The linter of the README's workflows, where Go is there to build it; the test says when it is not. Takes 20 s. */
function beginActionlint() {
  if (existsSync(ACTIONLINT)) return
  const env = { ...process.env, GOBIN: join(ROOT, '.cache') }
  const go = spawn('go', ['install', ACTIONLINT_PACKAGE], { stdio: 'ignore', env, timeout: 120_000 })
  return new Promise((resolve) => go.on('error', resolve).on('exit', resolve))
}

function test(args) {
  rmSync(TEST_RESULTS, { force: true }) // a run that crashes must not show the results of the run before
  const status = job('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${TEST_RESULTS}`,
    ...args,
  ])
  if (existsSync(TEST_RESULTS)) {
    const report = JSON.parse(readFileSync(TEST_RESULTS, 'utf8'))
    process.stdout.write(`${summary(report).join('\n')}\n`)
  }
  return status
}

/** Runs the linters beside the unit tests, and shows their output afterwards. */
async function check() {
  const linted = lint()
  const status = job('vitest', ['run', '--project', 'unit*'])
  return (await linted) || status
}

/** Runs the tools that only read at once, and shows their output one after the other. */
async function lint() {
  const tools = [
    ['tsc', ['-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', '.cache/types.tsbuildinfo']],
    ['biome', ['check', '.']],
    ['knip', ['--cache', '--cache-location', '.cache/knip']],
  ]
  const statuses = await Promise.all(tools.map(([command, args]) => shownWhenDone(command, args)))
  return statuses.find((status) => status !== 0) ?? 0
}

function shownWhenDone(command, args) {
  return new Promise((resolve) => {
    const color = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : {}
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...color },
      shell: process.platform === 'win32',
    })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    child.on('error', ({ message }) => {
      chunks.push(`✘ ${command} could not be run: ${message}\n`)
      child.emit('close', 1)
    })
    child.once('close', (status) => {
      for (const chunk of chunks) process.stdout.write(chunk)
      resolve(status ?? 1)
    })
  })
}

const [name, ...args] = process.argv.slice(2)
const toolsOfTests = name === 'test' || name === 'set-up' ? [beginActionlint(), installPython()] : []
await install()
if (name !== 'check' && name !== 'lint') await build()
await Promise.all(toolsOfTests)
const jobs = {
  'mcp-keycloak': () => job('node', ['bin/mcp-keycloak.js', ...args]),
  'set-up': () => 0,
  test: () => test(args),
  bench: () => job('node', ['bench/run.ts', ...args]),
  docs: () => job('node', ['scripts/docs.ts']) || job('vitepress', ['build', 'docs']),
  check,
  lint,
}
process.exitCode = await (jobs[name] ?? (() => 2))()
