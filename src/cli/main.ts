#!/usr/bin/env node
import module from 'node:module'

// Node 22 and later keep compiled code between starts; what is imported before this line is not kept.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()
const { forger } = await import('./forger.ts')
process.exitCode = await forger(process.argv.slice(2))
