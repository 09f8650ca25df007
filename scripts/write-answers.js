// The second half of the build: writes down what the program answers to --version and --help, for bin/mcp-keycloak.js.
import { readFileSync, writeFileSync } from 'node:fs'

import { createProgram } from '../dist/cli/main.js'

const COLUMNS = 80

function answers(command, path) {
  command.configureOutput({ getOutHelpWidth: () => COLUMNS })
  const help = command.helpInformation()
  return [
    [[...path, '--help'].join(' '), help],
    ...command.commands.flatMap((child) => answers(child, [...path, child.name()])),
  ]
}

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const versions = ['--version', '-V', '-v'].map((flag) => [flag, `${version}\n`])
const program = createProgram({})
const all = Object.fromEntries([...versions, ...answers(program, [])])
writeFileSync(new URL('../dist/answers.json', import.meta.url), JSON.stringify(all))
