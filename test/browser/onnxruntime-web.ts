import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../..', import.meta.url))

/** Where the package onnxruntime-web lies in the repository; null where it is not installed. */
export const onnxruntimeWeb: string | null =
  ['node_modules/onnxruntime-web', 'bench/peers/node_modules/onnxruntime-web'].find((path) =>
    existsSync(join(repository, path)),
  ) ?? null
