import type { ImageSetComparison } from '../../evaluation/compare-image-sets-node.ts'
import { table } from '../terminal/text-table.ts'

type Name = keyof ImageSetComparison['scores']

/** How each metric is shown, and which way is better. */
const rows: Readonly<
  Record<Name, { readonly title: string; readonly text: (value: number) => string; readonly better: string }>
> = {
  fid: { title: 'FID', text: (value) => value.toFixed(2), better: 'lower' },
  kid: { title: 'KID', text: (value) => value.toFixed(4), better: 'lower' },
  precision: { title: 'precision', text: percent, better: 'higher' },
  recall: { title: 'recall', text: percent, better: 'higher' },
  density: { title: 'density', text: (value) => value.toFixed(3), better: 'about 1' },
  coverage: { title: 'coverage', text: percent, better: 'higher' },
  twoSampleAccuracy: { title: 'real/fake classifier accuracy', text: percent, better: '50% is ideal' },
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}

/** Two sets of images compared, as a table. */
export function imageSetsText({ real, generated, features, scores }: ImageSetComparison, width: number): string {
  const names = Object.keys(rows).filter((name): name is Name => Object.hasOwn(scores, name))
  const counted = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'image' : 'images'}`
  return [
    `${counted(generated.count)} of ${generated.name} beside ${counted(real.count)} of ${real.name}`,
    '',
    ...table(
      [
        ['', 'value', 'better'],
        ...names.map((name) => [rows[name].title, rows[name].text(scores[name]), rows[name].better]),
      ],
      {
        width,
        flexible: 0,
      },
    ),
    '',
    `Features: ${features}. They compare with numbers of the same network alone.`,
  ].join('\n')
}
