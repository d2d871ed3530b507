/** Where a message or banner leads: "trade/order?id=1" is a page of ours with its query. */
export function linkOf(page: string): { path: string; query: Record<string, string> } | null {
  const found = /^\/?([a-z]+(?:\/[\w-]+)+)(?:\?(.*))?$/.exec(page)
  if (!found) return null
  const pairs = (found[2] ?? '').split('&').filter(Boolean)
  const query = Object.fromEntries(pairs.map((pair) => pair.split('=').map(decodeURIComponent) as [string, string]))
  return { path: `/${found[1]}`, query }
}
