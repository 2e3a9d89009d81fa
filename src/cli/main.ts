#!/usr/bin/env node
import module from 'node:module'

// Node 22 and later keep compiled code between starts; what is imported before this line is not kept.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache()
// Whoever reads our output may stop reading (`forger doctor | head`): then we are done, as if by SIGPIPE.
process.stdout.on('error', (error) => {
  if ('code' in error && error.code === 'EPIPE') process.exit(141)
  throw error
})
const { forger } = await import('./forger.ts')
process.exitCode = await forger(process.argv.slice(2))
