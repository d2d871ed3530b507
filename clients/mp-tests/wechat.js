/** A compiled WeChat package on disk, as WeChat's rules look at it. */
const fs = require('node:fs')
const path = require('node:path')

const ROOT = process.env.WECHAT_PACKAGE || path.join(__dirname, '../miniprogram/dist/build/mp-weixin')

const names = fs.readdirSync(ROOT, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(ROOT, path.join(entry.parentPath ?? entry.path, entry.name)))
const has = (name) => names.includes(name)
const text = (name) => fs.readFileSync(path.join(ROOT, name), 'utf8')
const json = (name) => JSON.parse(text(name))
const size = (name) => fs.statSync(path.join(ROOT, name)).size
const ending = (...endings) => names.filter((name) => endings.includes(path.extname(name)))

const app = json('app.json')
const parts = (app.subPackages ?? []).map(({ root }) => root)
const pages = [...app.pages, ...(app.subPackages ?? []).flatMap(({ root, pages: own }) => own.map((page) => `${root}/${page}`))]
/** The sub-package a file belongs to; empty for the main package. */
const partOf = (name) => parts.find((root) => name.startsWith(`${root}/`)) ?? ''
/** A path written in one file, from the package's root. */
const resolve = (from, written) =>
  written.startsWith('/') ? written.slice(1) : path.posix.normalize(path.posix.join(path.posix.dirname(from), written))

/** Where a pattern occurs, with some text around it: `file: …text…`. */
function found(files, pattern) {
  return files.flatMap((name) => [...text(name).matchAll(pattern)].map((hit) => `${name}: …${hit.input.slice(Math.max(0, hit.index - 30), hit.index + 50)}…`))
}

module.exports = { ROOT, app, parts, pages, names, has, text, json, size, ending, partOf, resolve, found }
