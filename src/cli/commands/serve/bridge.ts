import { type Command, Option } from 'commander'

import { printableJson } from '../../../printable.ts'
import type { CommandContext } from '../../context.ts'
import { inputText } from '../../input.ts'
import { createPrinter } from '../../printer.ts'

/** Adds `mcp-keycloak bridge`, the testing module for programs in any language. */
export function addBridgeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('bridge')
    .description('the testing module for any language: JSON lines on standard input and output')
    .addOption(new Option('--schema', 'print the JSON Schema of all messages'))
  command.action(async () => {
    const out = context.output(command)
    if (command.opts<{ schema?: boolean }>().schema) {
      const { bridgeSchema } = await import('../../../bridge/bridge-schema.ts')
      return out.result(bridgeSchema(), (schema) => printableJson(schema, 2).split('\n'))
    }
    const { bridgeInterrupted, serveBridge } = await import('../../../bridge/bridge.ts')
    const { print } = createPrinter('stdout')
    const unread = new AbortController()
    context.onUnread(() => unread.abort())
    const { signal } = context
    const input = inputText(() => unread.abort())
    await serveBridge({
      input: input.chunks,
      send: (message) => print([printableJson(message)]),
      onStep: out.step,
      signal: AbortSignal.any([signal, unread.signal]),
    })
    input.close()
    if (signal.aborted) throw bridgeInterrupted()
  })
}
