/** Called when another tab of the browser changed what is kept under a name. A mini-program has one. */
export function onKeptElsewhere(name: string, act: () => void): void {
  // #ifdef H5
  addEventListener('storage', ({ key }) => key === name && act())
  // #endif
}
