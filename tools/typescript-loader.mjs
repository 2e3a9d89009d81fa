/** `node --import ./tools/typescript-loader.mjs`: lets a Node before 22.18 run .ts files too; a newer one needs no help. */
import { register } from 'node:module'
import { nodeRunsTypeScript } from './strip-types.mjs'

if (!nodeRunsTypeScript) register('./strip-types.mjs', import.meta.url)
