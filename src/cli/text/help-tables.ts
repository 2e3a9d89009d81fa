/** What stands behind the options in help: tables under titles, each row a name and what is said of it. */
export function helpTables(
  tables: Readonly<Record<string, readonly (readonly [name: string, text: string])[]>>,
): string {
  return Object.entries(tables)
    .map(([title, rows]) => {
      const width = Math.max(...rows.map(([name]) => name.length))
      return `\n${title}:\n${rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n')}`
    })
    .join('\n')
}
