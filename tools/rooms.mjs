/** `node tools/rooms.mjs [root]`: holds src/ to the house rules. */
import { resolve } from 'node:path'
import { brokenRules } from './house-rules.mjs'

const findings = brokenRules(resolve(process.argv[2] ?? '.'))
for (const finding of findings) console.error(finding)
console.log(findings.length === 0 ? 'The rooms are in order.' : `Broken house rules: ${findings.length}`)
process.exitCode = findings.length === 0 ? 0 : 1
