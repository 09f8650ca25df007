import { ok, type VerifyCheck } from '../../check.ts'

/** Reports the protocol versions that the server speaks. */
export const eras: VerifyCheck = {
  name: 'protocol',
  title: 'Speaks a protocol that clients know',
  async run(inspection) {
    const found = await inspection.doors()
    const { modern, legacy } = found.eras
    const sessions = found.session.id === undefined ? 'without sessions' : 'with sessions'
    const spoken = [
      ...(modern ? [`${modern} (modern, without initialize)`] : []),
      ...(legacy ? [`${legacy} (legacy, Streamable HTTP, ${sessions})`] : []),
    ]
    return ok(`${spoken.join(' and ')}.`)
  },
}
