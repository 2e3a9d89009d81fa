import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { nodeRunsTypeScript } from '../../tools/strip-types.mjs'

export interface Ended {
  /** Exit code, or null for one that had to be killed. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const loader = nodeRunsTypeScript
  ? []
  : ['--import', new URL('../../tools/typescript-loader.mjs', import.meta.url).href]

/** Runs a script of this folder in a Node of its own, and waits for its end, which must come within `seconds`. */
export const runChild = (
  script: string,
  args: string[],
  seconds: number,
  flags: string[] = [],
  env: Record<string, string> = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const path = fileURLToPath(new URL(script, import.meta.url))
    const options = {
      timeout: seconds * 1000,
      killSignal: 'SIGKILL' as const,
      env: { ...process.env, ...env },
    }
    const child = execFile(process.execPath, [...loader, ...flags, path, ...args], options, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    )
  })
