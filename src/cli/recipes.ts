import { Argument, Option } from '@commander-js/extra-typings'
import type { Command } from '@commander-js/extra-typings'
import { recipeNamed, recipes } from '../recipes/index.ts'
import { loadOwnRecipe } from '../recipes/own-node.ts'
import { capabilitiesOf } from './terminal/terminal-capabilities.ts'
import { recipeDetails, recipeFacts, recipeList } from './text/recipes-text.ts'
import type { Page } from './text/recipes-text.ts'

/** `forger recipes` */
export function addRecipes(program: Command): void {
  program
    .command('recipes')
    .summary('tell what can be trained, and what it can be told')
    .description(
      'Lists the recipes: complete games of two players, each with everything that makes them learn. With the name of one, ' +
        'tells all that it can be told. A recipe of your own is named by the path of its file.',
    )
    .addArgument(new Argument('[recipe]', 'the name of one, or the path of your own'))
    .addOption(new Option('--json', 'as JSON, with a JSON Schema of the settings'))
    .action(async (name, { json = false }) => {
      await loadOwnRecipe(name)
      // By what it is called by on the command line: the path of somebody's own.
      const asked = name === undefined ? null : { ...recipeNamed(name), name }
      if (json) {
        const facts = asked ? recipeFacts(asked) : Object.values(recipes).map(recipeFacts)
        console.log(JSON.stringify(facts, null, 2))
      } else console.log(asked ? recipeDetails(asked, page()) : recipeList(page()))
    })
}

function page(): Page {
  const hasColors = capabilitiesOf(process.stdout).colorBits > 1
  return {
    width: Math.min(process.stdout.columns ?? 100, 120),
    aside: (text) => (hasColors ? `\x1b[2m${text}\x1b[22m` : text),
  }
}
