/** Line drawings on a grid of 24; the component paints them in the colour of the text around them. */
export const ICONS = {
  search: '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  back: '<path d="m14.5 5-7 7 7 7"/>',
  next: '<path d="m9.5 5 7 7-7 7"/>',
  down: '<path d="m5 9.5 7 7 7-7"/>',
  up: '<path d="m5 14.5 7-7 7 7"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  minus: '<path d="M5 12h14"/>',
  check: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  filter: '<path d="M4 7h16M7 12h10M10 17h4"/>',
  order: '<path d="M6 4h12v16l-3-1.8-3 1.8-3-1.8L6 20zM9 8.5h6M9 12.5h6"/>',
  bank: '<path d="M4 9.5 12 4.5l8 5M5 9.5h14M6.5 9.5V17M10.2 9.5V17M13.8 9.5V17M17.5 9.5V17M4.5 19.5h15"/>',
  card: '<rect x="3.5" y="6" width="17" height="12" rx="2"/><path d="M3.5 10h17M7 14.5h4"/>',
  paste: '<path d="M9 5H6.5A1.5 1.5 0 0 0 5 6.5v12A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.5v-12A1.5 1.5 0 0 0 17.5 5H15M9 3.5h6v3H9zM8.5 11h7M8.5 14.5h7"/>',
  grid: '<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.5"/>',
  list: '<rect x="4" y="5" width="5" height="5" rx="1"/><path d="M12.5 6.5H20M12.5 9H17"/><rect x="4" y="14" width="5" height="5" rx="1"/><path d="M12.5 15.5H20M12.5 18H17"/>',
  cart: '<path d="M3 4h2l.8 3m0 0h14.7L18.6 15H7.4z"/><circle cx="9" cy="19" r="1.4"/><circle cx="17" cy="19" r="1.4"/>',
  phone: '<path d="M5 4h4l1.8 4.6-2.3 1.5a11 11 0 0 0 5.4 5.4l1.5-2.3L20 15v4a1.6 1.6 0 0 1-1.8 1.6A16 16 0 0 1 3.4 5.8 1.6 1.6 0 0 1 5 4z"/>',
  share: '<path d="M12 15V4m0 0L8 8m4-4 4 4M5 13v5.5a1.5 1.5 0 0 0 1.5 1.5h11a1.5 1.5 0 0 0 1.5-1.5V13"/>',
  heart: '<path d="M12 20S4 15.2 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15.2 12 20 12 20z"/>',
  home: '<path d="M4 11 12 4l8 7M6 10v10h12V10"/>',
  user: '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>',
  lock: '<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
  clock: '<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>',
  trash: '<path d="M5 7h14M9.5 7V4.5h5V7m-8 0 .8 12.5h9.4L17.5 7M10 11v5M14 11v5"/>',
  edit: '<path d="M4.5 19.5 5.5 15 16 4.5l3.5 3.5L9 18.5zM13.5 7l3.5 3.5"/>',
  pin: '<path d="M12 21s-7-6.3-7-11.2a7 7 0 0 1 14 0C19 14.7 12 21 12 21z"/><circle cx="12" cy="9.8" r="2.4"/>',
  bell: '<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4"/>',
  gift: '<rect x="4" y="9" width="16" height="4"/><path d="M5.5 13v7h13v-7M12 9v11M12 9C9 9 7.5 7.8 7.5 6.3S9 4 10 4.5C11.5 5.2 12 9 12 9zm0 0c3 0 4.5-1.2 4.5-2.7S15 4 14 4.5C12.5 5.2 12 9 12 9z"/>',
  coin: '<circle cx="12" cy="12" r="8"/><path d="m9 8 3 4 3-4m-3 4v4.5M9.5 13h5"/>',
  ticket: '<path d="M4 7h16v3.5a1.5 1.5 0 0 0 0 3V17H4v-3.5a1.5 1.5 0 0 0 0-3zM14 7v10" />',
  truck: '<path d="M3 6h11v10H3zM14 9.5h3.5l3 3.5v3H14"/><circle cx="7.5" cy="17.5" r="1.8"/><circle cx="16.5" cy="17.5" r="1.8"/>',
  box: '<path d="M4 8l8-4 8 4v8.5l-8 4-8-4zM4 8l8 4 8-4M12 12v8.5"/>',
  leaf: '<path d="M5 19c0-9 5-14 14-14 0 9-4 14-11 14-2 0-3-1-3-3 0-3 4-6 9-7"/>',
  cup: '<path d="M5 8h11v5.5A4.5 4.5 0 0 1 11.5 18h-2A4.5 4.5 0 0 1 5 13.5zM16 9.5h1.5a2.5 2.5 0 0 1 0 5H16M4 20.5h13M8.5 5.5c0-1 1-1 1-2M12 5.5c0-1 1-1 1-2"/>',
  cloud: '<path d="M7 18a4 4 0 0 1-.5-8 6 6 0 0 1 11.3 1.5A3.3 3.3 0 0 1 17.5 18zM4 4l16 16"/>',
  alert: '<circle cx="12" cy="12" r="8"/><path d="M12 7.5v5.5M12 16v.500"/>',
  shield: '<path d="M12 3.5 19 6v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6zM9 12l2.2 2.2L15.2 10"/>',
  star: '<path d="m12 4 2.4 5.2 5.6.7-4.2 3.9 1.1 5.7-4.9-2.9-4.9 2.9 1.1-5.7L4 9.9l5.6-.7z"/>',
  store: '<path d="M4.5 10v10h15V10M3.5 9.5 5.5 4h13l2 5.5a2.8 2.8 0 0 1-5.6 0 2.8 2.8 0 0 1-5.7 0 2.8 2.8 0 0 1-5.7 0zM10 20v-5h4v5"/>',
  scan: '<path d="M4 8.5V5.5A1.5 1.5 0 0 1 5.5 4h3M15.5 4h3A1.5 1.5 0 0 1 20 5.5v3M20 15.5v3a1.5 1.5 0 0 1-1.5 1.5h-3M8.5 20h-3A1.5 1.5 0 0 1 4 18.5v-3M4 12h16"/>',
  copy: '<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 8.5V6a1.5 1.5 0 0 0-1.5-1.5H6A1.5 1.5 0 0 0 4.5 6v8A1.5 1.5 0 0 0 6 15.5h2.5"/>',
  camera: '<path d="M4 8h3.5L9 5.5h6L16.5 8H20v11H4z"/><circle cx="12" cy="13" r="3.5"/>',
  eye: '<path d="M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6z"/><circle cx="12" cy="12" r="2.6"/>',
  message: '<path d="M4 5h16v11.5h-9L7 20v-3.5H4z"/>',
  settings: '<circle cx="12" cy="12" r="3"/><path d="M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1M15.9 15.9 18 18M18 6l-2.1 2.1M8.1 15.9 6 18"/>',
  chart: '<path d="M4 20h16M7 16.5v-5M12 16.5v-10M17 16.5v-7"/>',
  people: '<circle cx="9" cy="8.5" r="3.3"/><path d="M3 19.5a6 6 0 0 1 12 0M15.5 5.5a3.3 3.3 0 0 1 0 6M17 14a6 6 0 0 1 4 5.5"/>',
} as const

export type IconName = keyof typeof ICONS

/** The drawing as an address a style can use; black, because only its shape counts. */
export function iconAddress(name: IconName): string {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">${ICONS[name]}</svg>`
  return `url("data:image/svg+xml,${encodeURIComponent(drawing)}")`
}
