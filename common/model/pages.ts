/** How many rows of a list that grows for years are given at once. */
export const ROWS_A_PAGE = 50

/** All of a list that is given a page at a time. */
export async function allPages<T>(pageFrom: (offset: number) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for (;;) {
    const page = await pageFrom(all.length)
    if (page.length === 0) return all
    all.push(...page)
  }
}
