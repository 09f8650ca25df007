import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { restore } from './cache.js'
import { instanceName, OPTIONS, variableName } from './options.js'
import { fail, input, mask, mcpKeycloak, pass } from './runner.js'

const VERIFY_FORMATS = ['sarif', 'junit']

/** Starts Keycloak, passes the environment to later steps, and verifies an MCP server. */
async function main() {
  const version = input('version')
  if (!/^[\w.-]*$/.test(version)) return fail(`The version "${version}" is not a version or a tag of npm.`)
  const formats = (input('verify-format') || 'sarif').split(/[\s,]+/)
  const unknown = formats.find((format) => !VERIFY_FORMATS.includes(format))
  if (unknown) return fail(`The verify-format "${unknown}" is not one of ${VERIFY_FORMATS.join(', ')}.`)

  const given = OPTIONS.filter((name) => input(name) !== '').map((name) => [variableName(name), input(name)])
  const env = { [variableName('instance')]: instanceName(process.env), ...Object.fromEntries(given) }
  pass('GITHUB_STATE', { version, env: JSON.stringify(env) }) // before the start: a cancelled one is removed too

  const key = await restore(version, env)
  const up = await mcpKeycloak(version, ['up'], { env }) // its text shows the administrator's password
  if (up.code !== 0)
    return fail(`mcp-keycloak up ended with exit code ${up.code}. The log above has the reason.`)
  const shown = await mcpKeycloak(version, ['status', '--json', '--show-secrets'], { env })
  const status = JSON.parse(shown.stdout)
  mask(status.admin?.password)
  if (key && status.runtime === 'java') pass('GITHUB_STATE', { key })
  const secrets = input('show-secrets') === 'true' ? ['--show-secrets'] : []
  const exported = await mcpKeycloak(version, ['env', '--format', 'github', ...secrets], { env, shows: true })
  if (exported.code !== 0) return fail(`mcp-keycloak env ended with exit code ${exported.code}.`)
  const target = ['instance', 'realm', 'data-folder', 'keycloak-url'].map(variableName)
  pass('GITHUB_ENV', Object.fromEntries(Object.entries(env).filter(([name]) => target.includes(name))))

  const realm = input('realm') || 'fastmcp'
  const { endpoints } = status.realms.find((one) => one.endpoints.realm === realm) ?? status.realms[0]
  const outputs = {
    url: status.url,
    version: status.version,
    realm: endpoints.realm,
    issuer: endpoints.issuer,
  }
  pass('GITHUB_OUTPUT', { instance: status.instance, ...outputs })
  process.stdout.write(`Keycloak ${status.version} runs at ${endpoints.issuer}\n`)
  if (input('verify') !== '') await verify(version, input('verify'), formats, env)
}

/** Writes the findings as files. A fault fails the step after the last file is written. */
async function verify(version, mcpUrl, formats, env) {
  if (!/^https?:\/\/[\w.:/[\]%-]+$/.test(mcpUrl)) return fail('verify has to be the URL of an MCP server.')
  const folder = join(process.env.RUNNER_TEMP ?? tmpdir(), 'mcp-keycloak')
  mkdirSync(folder, { recursive: true })
  const codes = []
  for (const format of formats) {
    const file = join(folder, format === 'junit' ? 'verify.xml' : 'verify.sarif')
    const { code } = await mcpKeycloak(version, ['verify', mcpUrl, '--format', format, '--output', file], {
      env,
    })
    codes.push(code)
    if (code === 0 || code === 6) pass('GITHUB_OUTPUT', { [format]: file })
  }
  const worst = Math.max(...codes)
  if (worst === 6) fail(`The MCP server ${mcpUrl} has a fault. The files in the outputs name it.`)
  else if (worst !== 0) fail(`mcp-keycloak verify ended with exit code ${worst}.`)
}

await main()
