/** `node tools/build.mjs [root]`: compiles src/ to dist/. */
import { resolve } from 'node:path'
import { build } from './compile.mjs'

const findings = build(resolve(process.argv[2] ?? '.'))
for (const finding of findings) console.error(finding)
console.log(findings.length === 0 ? 'Built dist/.' : `Not built, dist/ is unchanged: ${findings.length} errors`)
process.exitCode = findings.length === 0 ? 0 : 1
