#!/usr/bin/env node
// Plain old JavaScript on purpose: it has to run on any Node, to say which one is needed.
var version = process.versions.node.split('.').map(Number)
if (version[0] < 22 || (version[0] === 22 && version[1] < 12)) {
  console.error(`mcp-keycloak needs Node 22.12 or later; this is ${process.version}. See https://nodejs.org`)
  process.exitCode = 2
} else {
  import('node:fs').then((fs) => {
    const text = writtenAnswer(fs, process.argv.slice(2))
    if (text !== undefined) fs.writeSync(1, text)
    else run()
  })
}

// The build has written version and help to a file. Creating them here takes five times as long as starting Node.
function writtenAnswer(fs, args) {
  const asked = (args.join(' ') || '--help').replace(/(^| )-h$/, '$1--help')
  if (!/(^| )(--version|-V|-v|--help)$/.test(asked) || process.stdout.columns < 80) return
  try {
    const answers = JSON.parse(fs.readFileSync(new URL('../dist/answers.json', import.meta.url), 'utf8'))
    return answers[asked]
  } catch {
    return undefined // a checkout that was compiled by hand
  }
}

function run() {
  Promise.all([import('node:module'), import('./compile-cache.js')])
    .then(([module, { compileCacheFolder }]) => {
      const folder = compileCacheFolder()
      if (folder !== undefined) module.enableCompileCache(folder)
      return import('../dist/cli/main.js')
    })
    .then((main) => main.main(process.argv))
}
