import type { VerifyReport } from './verify.ts'

/** The score in words, e.g. `http://localhost:8000/mcp: 19 of 21, 1 failed, 1 warning`. */
export function scoreText({ mcpUrl, score }: Pick<VerifyReport, 'mcpUrl' | 'score'>): string {
  const counts = [
    `${score.passed} of ${score.of}`,
    ...(score.failed > 0 ? [`${score.failed} failed`] : []),
    ...(score.warned > 0 ? [`${score.warned} ${score.warned === 1 ? 'warning' : 'warnings'}`] : []),
    ...(score.skipped > 0 ? [`${score.skipped} not asked`] : []),
  ]
  return `${mcpUrl}: ${counts.join(', ')}`
}
