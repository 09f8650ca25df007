import { readdir, readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { parse } from 'acorn'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'

import { createProgram } from '../../../src/cli/main.ts'
import { createOutput } from '../../../src/cli/output.ts'
import { COMMAND_KEYS } from '../../../src/config/command-keys.ts'
import { flagName } from '../../../src/config/schema.ts'
import { testContext } from '../support/test-context.ts'

const SRC = fileURLToPath(new URL('../../../src', import.meta.url))

/** A node of a syntax tree. */
interface Node {
  readonly type: string
  readonly [field: string]: unknown
}

/** A node, and the nodes that it is in, the nearest first. */
type Visit = (node: Node, outer: readonly Node[]) => void

function walk(value: unknown, visit: Visit, outer: readonly Node[] = []): void {
  if (Array.isArray(value)) for (const one of value) walk(one, visit, outer)
  const node = value as Node | null
  if (typeof node?.type !== 'string') return
  visit(node, outer)
  for (const child of Object.values(node)) if (typeof child === 'object') walk(child, visit, [node, ...outer])
}

const parsed = new Map<string, unknown>()

function visited(source: string, visit: Visit): void {
  const program =
    parsed.get(source) ?? parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module' })
  parsed.set(source, program)
  walk(program, visit)
}

const nameOf = (node: unknown) => (node as { name?: string } | undefined)?.name ?? ''

const PROSE = new RegExp(`mcp-keycloak (?:-- )?(?:${Object.keys(COMMAND_KEYS).join('|')})(?![\\w-])`)

/** The texts of a source that name a command in words. A client may have the name of a command. */
function proseIn(source: string): readonly string[] {
  const found: string[] = []
  visited(source, (node, [parent]) => {
    const text =
      node.type === 'Literal' ? node.value : (node.value as { cooked?: string } | undefined)?.cooked
    const isName =
      (parent?.type === 'Property' && nameOf(parent.key) === 'name') ||
      nameOf(parent?.callee) === 'playedClient'
    if (typeof text === 'string' && PROSE.test(text) && !isName) found.push(text)
  })
  return found
}

const WRITERS = ['command', 'resetCommand', 'resetWithout']

/** The calls that write a command when the module is loaded: before any target is known. */
function earlyIn(source: string): readonly string[] {
  const found: string[] = []
  visited(source, (node, outer) => {
    const isEarly = outer.every(({ type }) => !type.includes('Function'))
    if (node.type === 'CallExpression' && WRITERS.includes(nameOf(node.callee)) && isEarly)
      found.push(nameOf(node.callee))
  })
  return found
}

/** The commands that a source writes, with their flags. */
function writtenIn(source: string): readonly (readonly [command: string, flag: string])[] {
  const found: (readonly [string, string])[] = []
  visited(source, (node) => {
    if (node.type !== 'CallExpression' || nameOf(node.callee) !== 'command') return
    const [name, ...words] = node.arguments as readonly (Node & { readonly properties?: readonly Node[] })[]
    for (const property of words.flatMap(({ properties = [] }) => properties))
      if (typeof name?.value === 'string' && !property.computed)
        found.push([name.value, flagName(nameOf(property.key))])
  })
  return found
}

/** The flags of each command that does something, by its words. */
function flagsOf(command: Command, words = ''): Readonly<Record<string, readonly string[]>> {
  const own = command.options.flatMap(({ long }) => long ?? [])
  const children = command.commands.map((child) => flagsOf(child, `${words} ${child.name()}`.trim()))
  const shared = command.parent ? [] : { '': own }
  return Object.assign({}, ...children, children.length === 0 ? { [words]: own } : {}, shared)
}

const FLAGS = flagsOf(createProgram(testContext(createOutput({}))))

async function inSource<Found>(find: (source: string) => readonly Found[]): Promise<readonly Found[]> {
  const paths = (await readdir(SRC, { recursive: true })).filter((path) => path.endsWith('.ts'))
  return (await Promise.all(paths.map(async (path) => find(await readFile(join(SRC, path), 'utf8'))))).flat()
}

describe('commands in advice', () => {
  it('are values, never prose', async () => {
    expect(await inSource(proseIn)).toEqual([])
  })

  it('are written when the target is known', async () => {
    expect(await inSource(earlyIn)).toEqual([])
  })

  it('have only flags that the command accepts', async () => {
    const written = await inSource(writtenIn)
    expect(written.length).toBeGreaterThan(50)
    for (const [name, flag] of written)
      expect([...(FLAGS[''] ?? []), ...(FLAGS[name.replace(' --explain', '')] ?? [])]).toContain(flag)
  })
})

describe('the check of commands', () => {
  it('finds prose in strings and templates, except names of clients', () => {
    const source = `f('see mcp-keycloak up.', \`mcp-keycloak logs \${x}\`, { name: 'mcp-keycloak verify' }, 'mcp-keycloak update')`
    expect(proseIn(source)).toEqual(['see mcp-keycloak up.', 'mcp-keycloak logs '])
  })

  it('finds commands that are written too early', () => {
    expect(earlyIn("const a = { fix: command('up') }; const b = () => command('down')")).toEqual(['command'])
  })

  it('finds the flags of a command', () => {
    expect(writtenIn("f(command('logs', x, { level: 'WARN' }))")).toEqual([['logs', '--level']])
  })
})
