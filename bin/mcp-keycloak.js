#!/usr/bin/env node
// Plain old JavaScript on purpose: it has to run on any Node, to say which one is needed.
var version = process.versions.node.split('.').map(Number)
if (version[0] < 22 || (version[0] === 22 && version[1] < 12)) {
  console.error(`mcp-keycloak needs Node 22.12 or later; this is ${process.version}. See https://nodejs.org`)
  process.exitCode = 2
} else {
  import('../dist/cli/main.js').then((module) => module.main(process.argv))
}
