/**
 * What WeChat refuses at upload or at run time, found without its developer tools.
 * @jest-environment node
 */
const { wxmlToJs, wxssToJs } = require('miniprogram-compiler')
const { ROOT, app, parts, pages, names, has, text, json, size, ending, partOf, resolve, found } = require('./wechat')

const KB = 1024
const MB = 1024 * KB
const MAIN_BUDGET = 1.5 * MB
const PART_LIMIT = 2 * MB
const TOTAL_LIMIT = 20 * MB
const PICTURE_LIMIT = 200 * KB
const TAB_ICON_LIMIT = 40 * KB

/** Addresses nobody asks for: a namespace, and where error texts lead programmers. */
const ONLY_NAMES = ['www.w3.org', 'vuejs.org', 'uniapp.dcloud.net.cn']
/** Uses that app.json must name. Naming one that is not used fails the review, too. */
const TO_DECLARE = ['chooseAddress', 'chooseLocation', 'choosePoi', 'getFuzzyLocation', 'getLocation', 'onLocationChange', 'startLocationUpdate']

const scripts = ending('.js')
const read = ending('.js', '.json', '.wxml', '.wxss', '.wxs')

/** Pages and, through them, every component: by the file that names it. */
const used = (() => {
  const all = new Map()
  const visit = (name, by) => {
    if (all.has(name)) return
    all.set(name, by)
    if (!has(`${name}.json`)) return
    const { usingComponents = {} } = json(`${name}.json`)
    for (const written of Object.values(usingComponents)) visit(resolve(name, written), name)
  }
  pages.forEach((page) => visit(page, 'app.json'))
  return all
})()

test('every page and component has its files', () => {
  const missing = [...used].flatMap(([name, by]) => ['.js', '.json', '.wxml'].filter((end) => !has(name + end)).map((end) => `${name}${end}, named by ${by}`))
  expect(missing).toEqual([])
})

test('a sub-package uses nothing of another, and the main package nothing of any', () => {
  const components = [...used].map(([name, by]) => [by, name]).filter(([by]) => by !== 'app.json')
  const required = scripts.flatMap((name) =>
    [...text(name).matchAll(/require\("(\.[^"]+)"\)/g)].map(([, written]) => [name, resolve(name, written)]),
  )
  expect(required.filter(([, target]) => !has(target))).toEqual([])
  expect([...components, ...required].filter(([by, target]) => partOf(target) && partOf(target) !== partOf(by))).toEqual([])
})

test('the tabs lie in the main package and have small icons, light and dark', () => {
  const { list } = app.tabBar
  expect(list.length).toBeGreaterThanOrEqual(2)
  expect(list.length).toBeLessThanOrEqual(5)
  expect(list.filter(({ pagePath }) => !app.pages.includes(pagePath))).toEqual([])
  const looks = app.themeLocation ? Object.values(json(app.themeLocation)) : [{}]
  const icons = looks.flatMap((look) =>
    list.flatMap(({ iconPath, selectedIconPath }) => [iconPath, selectedIconPath].map((icon) => (icon.startsWith('@') ? look[icon.slice(1)] : icon))),
  )
  expect(icons.filter((icon) => !icon || !has(icon) || size(icon) > TAB_ICON_LIMIT)).toEqual([])
})

test('packages and pictures keep to their sizes', () => {
  const sizes = Object.fromEntries(['', ...parts].map((part) => [part || 'main', names.filter((name) => partOf(name) === part).reduce((sum, name) => sum + size(name), 0)]))
  const total = Object.values(sizes).reduce((sum, one) => sum + one, 0)
  const shown = Object.entries({ ...sizes, total }).map(([part, bytes]) => `${part} ${Math.ceil(bytes / KB)}`)
  process.stdout.write(`WeChat package, KB: ${shown.join(', ')}; ${pages.length} pages, ${used.size - pages.length} components\n`)
  expect(Object.entries(sizes).filter(([, bytes]) => bytes > PART_LIMIT)).toEqual([])
  expect(sizes.main).toBeLessThanOrEqual(MAIN_BUDGET)
  expect(total).toBeLessThanOrEqual(TOTAL_LIMIT)
  expect(ending('.png', '.jpg', '.jpeg', '.gif', '.webp', '.svg').filter((name) => size(name) > PICTURE_LIMIT)).toEqual([])
})

test('nothing is shipped that does not run', () => {
  expect(ending('.ts', '.vue', '.map', '.md', '.scss')).toEqual([])
})

test('no script needs a browser, or makes code at run time', () => {
  const globals = /(?<![\w$.'"/-])(?:document|window|localStorage|sessionStorage|navigator|location)\.\w/g
  const classes = /\bnew (?:XMLHttpRequest|Headers|Request|FormData|Blob|URL|URLSearchParams|DOMParser)\b/g
  const calls = /(?<![\w$.])(?:fetch|eval)\(|\bnew Function\b/g
  expect([globals, classes, calls].flatMap((pattern) => found(scripts, pattern))).toEqual([])
})

test('no host is named but the shop, and nobody is told of a launch', () => {
  const [, shop] = text('api/address.js').match(/https?:\/\/([\w.-]+)/)
  const hosts = found(read, /(?:https?:)?\/\/(?:[\w-]+\.)+[a-z]{2,}/g).filter((hit) => ![...ONLY_NAMES, shop].some((host) => hit.includes(host)))
  expect(hosts).toEqual([])
  expect(found(scripts, /preloadAssets/g)).toEqual([])
})

test('private uses are declared, and only those', () => {
  const asked = TO_DECLARE.filter((name) => found(scripts.filter((script) => script !== 'common/vendor.js'), new RegExp(`\\.${name}\\(`, 'g')).length)
  expect(app.requiredPrivateInfos ?? []).toEqual(asked)
  expect(app.__usePrivacyCheck__).toBe(true)
})

test('components load when needed, and search engines stay outside', () => {
  expect(app.lazyCodeLoading).toBe('requiredComponents')
  expect(json(app.sitemapLocation).rules).toEqual([{ action: 'disallow', page: '*' }])
})

test('templates hold no HTML tags or attributes, style sheets no local files', () => {
  expect(found(ending('.wxml'), /<(?:div|span|img|a|p|ul|li|table|h\d)[\s>/]/g)).toEqual([])
  expect(found(ending('.wxml'), /[\s"]role="/g)).toEqual([])
  expect(found(ending('.wxss'), /url\((?!["']?data:)/g)).toEqual([])
})

test("WeChat's own compilers take every template and style sheet", () => {
  const options = { maxBuffer: 64 * MB }
  expect(() => wxmlToJs(ROOT, options)).not.toThrow()
  expect(() => wxssToJs(ROOT, options)).not.toThrow()
})
