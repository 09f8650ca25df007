import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'
import { sharedKeycloakVariables } from '../../helpers/keycloak/named-keycloak.ts'
import { sharedKeycloak } from '../../helpers/keycloak/own-keycloak.ts'
import { sharedAdmin } from '../../helpers/keycloak/test-realm.ts'
import { docsSamples } from '../../helpers/projects/docs-samples.ts'
import { pytestProject } from '../../helpers/projects/pytest-project.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const EXAMPLE = `${ROOT}examples/fastmcp/`
const CONFIG = (lines: string) => ({ 'pytest.ini': `[pytest]\n${lines}` })

const testRealms = async () => {
  const realms = await (await sharedAdmin()).realms.find({ briefRepresentation: true })
  return realms.map(({ realm = '' }) => realm).filter((realm) => realm.startsWith('mcp-keycloak-test-'))
}

it('runs the FastMCP example with two workers on one Keycloak, and leaves nothing', async () => {
  const before = await testRealms()
  const names = ['server.py', 'conftest.py', 'test_notes.py', 'pyproject.toml']
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(`${EXAMPLE}${name}`, 'utf8')]),
  )
  await using project = await pytestProject(Object.fromEntries(files))
  const { exitCode, all } = await project.run(['-n', '2'], sharedKeycloakVariables())
  expect(exitCode, all).toBe(0)
  expect(all).toContain('13 passed')
  expect(all.match(/for the tests: external, because MCP_KEYCLOAK_KEYCLOAK_URL names it/g)).toHaveLength(1)
  expect(await testRealms()).toEqual(before)
})

it('hides tokens, fails for a leaked client and names a bridge that was killed', async () => {
  await using project = await pytestProject({
    ...CONFIG('mcp_keycloak_on_leak = fail\nmcp_keycloak_scope = notes:read\n'),
    'test_it.py': `
import pytest

def test_prints_a_token(mcp_token, mcp_keycloak):
    token = mcp_token()
    print("printed", token, mcp_keycloak.admin_password)
    headers = {"Authorization": f"Bearer {token}"}
    assert headers == {}, headers

def test_leaks(keycloak_realm):
    assert "notes:read" in keycloak_realm.scopes
    print(keycloak_realm.register_client(client_name="leaky").metadata)

@pytest.mark.mcp_keycloak(scope=["other"])
def test_has_another_realm(keycloak_realm, free_mcp_url):
    assert "other" in keycloak_realm.scopes and "notes:read" not in keycloak_realm.scopes
    assert keycloak_realm.mcp_urls == (free_mcp_url,)
    assert keycloak_realm.environment()["KEYCLOAK_ISSUER"] == keycloak_realm.issuer
`,
    'killed/test_killed.py': `
import pytest
from pytest_mcp_keycloak import McpKeycloakError

def test_after_a_kill(mcp_token, mcp_keycloak):
    mcp_keycloak._channel._bridge._process.kill()
    with pytest.raises(McpKeycloakError, match="BRIDGE_ENDED"):
        mcp_token()
`,
  })
  const first = await project.run(['test_it.py'], sharedKeycloakVariables())
  expect(first.all).toContain('1 failed, 2 passed')
  expect(first.all).toContain('printed (secret) (secret)')
  expect(first.all).not.toMatch(/eyJ[\w-]{20}/)
  expect(first.all).not.toContain(sharedKeycloak().admin.password)
  expect(first.all).toMatch(/clients that tests did not delete[\s\S]* \(leaky, realm /)
  const onlyLeak = await project.run(['test_it.py', '-k', 'leaks'], sharedKeycloakVariables())
  expect(onlyLeak.all).toContain('1 passed')
  expect(onlyLeak.exitCode).toBe(1)
  const killed = await project.run(['killed'], sharedKeycloakVariables())
  expect(killed.exitCode, killed.all).toBe(0)
})

it('hides a token and its pieces wherever pytest shows them, and goes on', async () => {
  await using project = await pytestProject({
    ...CONFIG('junit_family = xunit1'),
    'test_secrets.py': `
import logging, subprocess, sys, warnings
import pytest

def test_skips(mcp_token): pytest.skip(mcp_token())
def test_warns(mcp_token): warnings.warn(mcp_token())
def test_records(mcp_token, record_property): record_property("token", mcp_token())
@pytest.mark.xfail
def test_is_expected_to_fail(mcp_token): raise ValueError(mcp_token())
def test_compares_bytes(mcp_token): assert mcp_token().encode() == b""
def test_splits(mcp_token):
    header, payload, signature = mcp_token().split(".")
    assert header + payload == signature[::2]
def test_logs(mcp_token):
    logging.getLogger().error(mcp_token())
    subprocess.run([sys.executable, "-c", "import sys; print(sys.argv[1])", mcp_token()])
    assert 0
def test_adds_a_user(keycloak_realm):
    assert vars(keycloak_realm.add_user("bob", password="sixteen-letters-of-bob")) == {}
@pytest.fixture
def broken(mcp_token):
    yield
    raise KeyError(mcp_token())
def test_fails_at_its_end(broken): pass
`,
  })
  for (const workers of [[], ['-n', '2']]) {
    const words = [...workers, '-vv', '--tb=long', '--showlocals', '-rA', '--junitxml=junit.xml']
    const { all } = await project.run(words, sharedKeycloakVariables())
    expect(all).toMatch(/4 failed, 3 passed, 1 skipped, 1 xfailed, 1 warning, 1 error/)
    expect(all).toMatch(/ERROR test_secrets\.py::test_fails_at_its_end - KeyError: '\(secret\)'/)
    const shown = `${all}${await readFile(join(project.folder, 'junit.xml'), 'utf8')}`
    expect(shown).not.toMatch(/eyJ[\w-]{8}|[\w-]{40}\.[\w-]{40}|sixteen-letters-of-bob'/)
  }
})

it('runs the sample of its page, and of its page at PyPI', async () => {
  const { 'app.py': app = '', 'test_app.py': tests = '' } = await docsSamples(['python'])
  const readme = await readFile(`${ROOT}python/README.md`, 'utf8')
  const [, sample = ''] = /```python\n([\s\S]*?)```/.exec(readme) ?? []
  await using project = await pytestProject({ 'app.py': app, 'test_app.py': tests, 'test_readme.py': sample })
  const { exitCode, all } = await project.run([], sharedKeycloakVariables())
  expect(exitCode, all).toBe(0)
  expect(all).toContain('3 passed')
})

it('reports what it cannot work with', async () => {
  const hello = `import sys; print('{"bridgeVersion":99,"version":"9.9.9"}', flush=True); sys.stdin.read()`
  await using project = await pytestProject({
    ...CONFIG(''),
    'other.py': hello,
    'test_it.py': 'def test_it(mcp_token): pass\n',
    'typo/test_typo.py': `
import pytest

@pytest.mark.mcp_keycloak(skope="x")
def test_it(keycloak_realm): pass
`,
  })
  const other = ['test_it.py', '-o', 'mcp_keycloak_command=python3 other.py']
  const mismatch = await project.run(other)
  expect(mismatch.exitCode).toBe(1)
  expect(mismatch.all).toMatch(
    /mcp-keycloak 9\.9\.9 do not fit together.*\[BRIDGE_VERSION\]\s+Why .*has version 1 of the bridge, the program has 99/,
  )
  const skipped = await project.run([...other, '-o', 'mcp_keycloak_unavailable=skip', '-rs', '-n', '2'])
  expect(skipped.exitCode).toBe(0)
  expect(skipped.all).toMatch(/SKIPPED.*no Keycloak: .*BRIDGE_VERSION/)
  const noEngine = { DOCKER_HOST: 'unix:///nowhere.sock', MCP_KEYCLOAK_RUNTIME: 'compose' }
  const nothing = await project.run(['test_it.py', '-o', 'mcp_keycloak_reuse=false'], noEngine)
  expect(nothing.exitCode).toBe(1)
  expect(nothing.all.match(/\[\w+\]\s+Why [\s\S]*?\s+Fix /g)).toHaveLength(1) // without a chain of errors
  expect(nothing.all).toContain('[DOCKER_')
  const unknown = await project.run(['typo'])
  expect(unknown.all).toContain("pytest.mark.mcp_keycloak has no option 'skope'. Its options are")
  const value = await project.run(['-o', 'mcp_keycloak_on_leak=maybe'])
  expect(value.all).toContain("mcp_keycloak_on_leak must be warn or fail or ignore, not 'maybe'")
})
