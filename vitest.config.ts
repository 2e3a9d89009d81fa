import { defineConfig } from 'vitest/config'
import { nodeRunsTypeScript } from './tools/strip-types.mjs'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: the engine sets V8's flags, which are one per process, and starts worker threads of its own.
    pool: 'forks',
    // Two files at a time: each may fill two cores with a program's threads.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default'],
    // Worker threads that tests start are plain Node, which before 22.18 needs help with TypeScript.
    execArgv: nodeRunsTypeScript ? [] : ['--import', './tools/typescript-loader.mjs'],
  },
})
