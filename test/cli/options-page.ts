import { exampleCommand, exampleFile } from '../../src/cli/text/recipe-example.ts'
import { protocolText, settingsTree } from '../../src/cli/text/recipes-text.ts'
import { recipes } from '../../src/recipes/index.ts'
import type { Recipe } from '../../src/recipes/index.ts'
import { dotted } from '../../src/recipes/read-settings.ts'
import { settingOf, singleSettings, valueText } from '../../src/recipes/setting.ts'
import type { Setting } from '../../src/recipes/setting.ts'
import { flagName, runOptions } from '../../src/runs/options/run-options.ts'

/** docs/options.md, from what the schemas say. */
export const optionsPage = (): string =>
  [introduction, optionsTable(), '', recipesText, ...Object.values<Recipe>(recipes).map(recipeSection)].join('\n')

const introduction = `# Options

What \`forger train\` can be told, and where. This page is written from the code, and a test keeps it true; \`forger train --help\` and
\`forger recipes NAME\` tell the same in a terminal.

## Four places, one after the other

What stands further down takes the place of what stands above.

1. **Defaults.** Those of the tables below; for batch, learning rate and end, those of the recipe.
2. **A file**, \`--options FILE\`, in YAML or JSON, with the names of the tables below:

   \`\`\`yaml
   recipe: mlp
   data: fashion
   learningRate: 5e-4
   game:
     latent: 64
   \`\`\`

   The \`options.json\` of an earlier run is such a file too: \`forger train --options runs/mlp-1/options.json\` repeats that run in a
   folder of its own. A file has at most 1 MB; YAML's aliases and tags are not taken.
3. **\`--set PATH=VALUE\`**, as often as you like, for anything that a file can say: \`--set learningRate=5e-4\`, \`--set game.latent=64\`,
   \`--set game.generator.units=128,256\`. Lists may stand in brackets, and groups may be written as JSON.
4. **Flags**: \`--learning-rate 5e-4\`.

Steps, epochs and minutes are one decision: a run ends at the first of them that it reaches, and whoever sets one on the command line does not get
those of the file or of the recipe besides. Where none of them is set, a run stops by itself (\`stop: auto\`): its samples are judged beside real ones
that it has not learned from, and when they no longer get nearer, it ends, at the limits of its recipe at the latest. The best step is kept.

Whatever is unknown or wrong ends the command at once, with exit status 2 and one sentence that says where it was told, what was expected
and, for a mistyped name, what was probably meant. Nothing is written then.

## Options of every run
`

const recipesText = `## Recipes

A recipe is a complete game: two players, what they want, and how they learn. Everything that it can be told beyond the options above has a name that
begins with \`game\`.

A recipe of your own is a file that exports one by default, made by \`recipe\` of the library, as [own-recipe.ts](../examples/own-recipe.ts) does:
\`forger train ./own-recipe.ts\`. JavaScript (.js, .mjs) runs everywhere, TypeScript (.ts) on Node 22.18 and newer. \`options.json\` keeps
its path with a hash of its content, and whoever goes on with the run needs the same file there: it is run again, to go on, to draw samples and to write the report.
`

const optionsTable = (): string =>
  markdownTable(
    ['option', 'flag', 'what it is', 'takes', 'default'],
    (settingOf(runOptions).members ?? [])
      .filter(({ schema }) => schema.type !== 'object')
      .map((setting) => [
        code(dotted(setting.path)),
        code(flag(setting)),
        setting.description,
        setting.expected,
        setting.otherwise === valueText(setting.standard) || setting.otherwise.includes('<')
          ? code(setting.otherwise)
          : setting.otherwise,
      ]),
  )

const flag = ({ path, argument }: Setting): string =>
  `--${flagName(dotted(path))}${argument === null ? '' : ` ${argument.toUpperCase()}`}`

function recipeSection(recipe: Recipe): string {
  const { name, summary, defaults } = recipe
  const { batch, learningRate } = defaults
  return [
    `### ${name}`,
    '',
    `${summary[0].toUpperCase()}${summary.slice(1)}. Batch ${batch}, learning rate ${learningRate}; ends after ${protocolText(defaults)}, whichever comes first.`,
    '',
    markdownTable(
      ['setting', 'what it is', 'takes', 'default'],
      singleSettings(settingsTree(recipe)).map(({ path, description, expected, otherwise }) => [
        code(dotted(path)),
        description,
        expected,
        code(otherwise),
      ]),
    ),
    '',
    'A smaller game, on the command line and as a file:',
    '',
    '```sh',
    ...exampleCommand(recipe, 100),
    '```',
    '',
    '```yaml',
    ...exampleFile(recipe),
    '```',
    '',
  ].join('\n')
}

const code = (text: string): string => `\`${text}\``

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
