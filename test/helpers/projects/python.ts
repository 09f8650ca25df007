import { fileURLToPath } from 'node:url'

/** The Python environment that the set-up made, with the real FastMCP and pytest. */
export const PYTHON = fileURLToPath(
  new URL(
    `../../../.cache/venv/${process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'}`,
    import.meta.url,
  ),
)
