import type { PreregisteredClient, SnippetTarget } from '../config/snippet.ts'
import { printableJson } from '../printable.ts'
import type { ClientProfile } from './client-profile.ts'

/** FastMCP's client, in Python. */
export const fastmcpClient: ClientProfile = {
  name: 'fastmcp-client',
  title: 'FastMCP client',
  recordedVersion: '4.1.2',
  registration: {
    redirect_uris: ['http://localhost:51377/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'FastMCP Client',
    application_type: 'native',
    scope: 'openid offline_access',
  },
  browserOrigins: [],
  forget: () =>
    'Run the script again: the client id is only in memory. If the script has its own token_storage, empty that storage.',
  configFile: undefined,
  snippets: (target) => [
    {
      title: 'With automatic registration',
      language: 'python',
      code: script(target, 'from fastmcp import Client', '"oauth"'),
      file: 'client.py',
      note: 'A browser opens for the login.',
    },
    ...(target.preregistered === undefined
      ? []
      : [
          {
            title: 'With the existing client',
            language: 'python' as const,
            code: script(
              target,
              'from fastmcp import Client\nfrom fastmcp.client.auth import OAuth',
              oauth(target.preregistered),
            ),
            file: 'client.py',
            note: 'Needs no registration and no consent page.',
          },
        ]),
    { title: 'Run it', language: 'sh', code: 'uv run --with fastmcp client.py' },
    { title: 'Run it without uv', language: 'sh', code: 'pip install fastmcp\npython client.py' },
  ],
}

function oauth({ clientId, callbackPort }: PreregisteredClient): string {
  return `OAuth(client_id=${printableJson(clientId)}, callback_port=${callbackPort})`
}

function script(target: SnippetTarget, imports: string, auth: string): string {
  return `import asyncio

${imports}


async def main() -> None:
    async with Client(${printableJson(target.mcpUrl)}, auth=${auth}) as client:
        for tool in await client.list_tools():
            print(f"{tool.name}: {tool.description}")


asyncio.run(main())`
}
