// jax-js on its WebAssembly backend, which uses all cores in a page.

import * as jax from '../../peers/node_modules/@jax-js/jax/dist/index.js'

import { prepareJaxjs } from '../../peers/jaxjs-game.mjs'
import { pageModule } from './serve.ts'

export const { start, train } = pageModule((game, pixels) => prepareJaxjs(jax, game, pixels))
