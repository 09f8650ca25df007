import { z } from 'zod'

import { assertOnThisMachine } from '../operations/assert-mcp-url.ts'
import { doctor } from '../operations/doctor/doctor.ts'
import { hideSecrets } from '../operations/hide-secrets.ts'
import { explain } from '../operations/logs/explain.ts'
import { realmAdopt } from '../operations/realm/realm-adopt.ts'
import { reportSchemas } from '../operations/report-schemas.ts'
import { resetRealm } from '../operations/reset-realm.ts'
import { status } from '../operations/status.ts'
import { token } from '../operations/token.ts'
import { verify } from '../operations/verify.ts'
import { type AgentTool, TARGET_INPUT } from './tool.ts'

/** Changes nothing. */
const READS = { readOnlyHint: true, openWorldHint: false }

/** Registers clients or opens sessions, and leaves nothing that matters. */
const TRIES = { readOnlyHint: false, destructiveHint: false, openWorldHint: false }

/** The commands that a coding agent can call. */
export const AGENT_TOOLS: readonly AgentTool[] = [
  tool({
    name: 'status',
    title: 'Status',
    description: 'What runs: the Keycloak server, its realms, MCP URLs, test users and number of clients.',
    input: {},
    output: reportSchemas.status,
    annotations: READS,
    run: async ({ resolved }) => hideSecrets(await status(resolved)),
  }),
  tool({
    name: 'doctor',
    title: 'Doctor',
    description:
      'Checks this machine, the Keycloak server and the realm, and plays the registration and login of every MCP ' +
      'client program. Each fault has its reason and its fix. Works without a running server too.',
    input: {
      client: z.string().optional().describe('Only this client program, e.g. claude-code'),
      mcpUrl: z.string().optional().describe('Also check this running MCP server'),
    },
    output: reportSchemas.doctor,
    annotations: TRIES,
    run: ({ resolved: { config }, input: { client, mcpUrl }, onStep, signal }) =>
      doctor(config, { client, mcpServers: mcpUrl === undefined ? [] : [mcpUrl], onStep, signal }),
  }),
  tool({
    name: 'verify',
    title: 'Verify an MCP server',
    description:
      'Tests a running MCP server as a client does (401, metadata, registration, login, tools), then sends tokens ' +
      'that it must refuse. Each fault has its reason, its fix and the requests that prove it.',
    input: {
      mcpUrl: z.string().optional().describe("The MCP endpoint (the realm's first MCP URL)"),
      quick: z.boolean().optional().describe('Fewer checks, in a few seconds'),
      call: z.string().optional().describe('Also call this tool of the server, without arguments'),
    },
    output: reportSchemas.verify,
    annotations: { ...TRIES, openWorldHint: true },
    run: async ({ resolved: { config, origins }, input: { mcpUrl, quick, call }, onStep, signal }) => {
      if (mcpUrl === undefined && origins.mcpUrl === 'config file') assertOnThisMachine(config.mcpUrl[0])
      return verify(config, mcpUrl, { quick, call, onStep, onCheck: onStep, signal })
    },
  }),
  tool({
    name: 'explain',
    title: 'Explain an error',
    description:
      'Finds the cause and the fix of an authorization failure in an error message or a whole log of an MCP client, ' +
      'an MCP server or Keycloak.',
    input: { text: z.string().min(1).describe('The message or the log, best as the program printed it') },
    output: reportSchemas.explain,
    annotations: READS,
    run: ({ resolved: { config }, input: { text } }) => explain(config, text.split('\n')),
  }),
  tool({
    name: 'token',
    title: 'Access token',
    description:
      'An access token of a test user for the MCP server, with its claims; or one that a correct server must refuse. ' +
      'Do not print it or write it to a file.',
    input: {
      user: z.string().optional().describe("Who logs in (the realm's first test user)"),
      scope: z.string().optional().describe('Scopes with blanks between them (openid)'),
      client: z.string().optional().describe('Id of the client that logs in'),
      bad: z.string().optional().describe('The fault of a bad token: aud, iss, exp, scope, sig or none'),
    },
    output: reportSchemas.token,
    annotations: TRIES,
    run: async ({ resolved: { config }, input: { user: username, scope, client: clientId, bad } }) => {
      const password = process.env.MCP_KEYCLOAK_USER_PASSWORD
      // A refresh token lives longer than an agent needs it.
      return { ...(await token(config, { username, password, scope, clientId, bad })), refreshToken: null }
    },
  }),
  tool({
    name: 'realm_needs',
    title: 'Needs of the realm',
    description:
      'What a realm lacks for MCP clients and servers, with reasons, and the additions as an overlay. Changes nothing.',
    input: {
      realmFile: z.string().optional().describe('A realm file in place of the running realm'),
    },
    output: reportSchemas['realm adopt'],
    annotations: READS,
    run: ({ resolved: { config }, input: { realmFile }, onStep, signal }) =>
      realmAdopt({ ...config, realmFile }, { onStep, signal }),
  }),
  tool({
    name: 'reset_realm',
    title: 'Reset the realm',
    description:
      'Makes the realm what its file says, in about a second. Self-registered clients, logins and keys are kept. ' +
      'Asks the user first. With dryRun it only says what would be lost.',
    input: {
      hard: z.boolean().optional().describe('Keep nothing: no clients, no consents, no signing key'),
      dryRun: z.boolean().optional().describe('Change nothing'),
      confirm: z.boolean().optional().describe('The user agreed. Needed when the client cannot ask the user'),
    },
    output: reportSchemas['reset-realm'],
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    async run({ resolved: { config }, input, onStep, signal, uninterrupted, approve, text }) {
      const { hard = false, dryRun = false, confirm } = input
      const loss = async () => text(await resetRealm(config, { hard, dryRun: true, signal }))
      const question = dryRun ? undefined : await approve({ confirm, loss })
      return question ?? resetRealm(config, { hard, dryRun, onStep, signal, uninterrupted })
    },
  }),
]

function tool<Shape extends z.ZodRawShape, Report>(
  definition: Omit<AgentTool<z.infer<z.ZodObject<Shape>>, Report>, 'input'> & { readonly input: Shape },
): AgentTool {
  const input = z.strictObject({ ...TARGET_INPUT, ...definition.input })
  return { ...definition, input } as unknown as AgentTool
}
