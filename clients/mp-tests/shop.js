/**
 * A made-up shop whose answers are those the interface describes: a test gives what it cares for, the rest is empty.
 * An answer with something the interface does not know fails, so that the tests cannot outlive it.
 */
const { paths, components } = require('../../docs/openapi.json')

const EMPTY = { string: '', integer: 0, number: 0, boolean: false }

function filled(schema, given, where) {
  if (schema.$ref) return filled(components.schemas[schema.$ref.split('/').pop()], given, where)
  if (schema.anyOf) return either(schema.anyOf, given, where)
  if (given === null && schema.type !== 'null') throw new Error(`${where} cannot be null`)
  if (schema.type === 'array') return (given ?? []).map((one, index) => filled(schema.items, one, `${where}[${index}]`))
  if (schema.properties) return object(schema, given ?? {}, where)
  if (schema.type === 'object') return given ?? {}
  if (schema.enum && given !== undefined && !schema.enum.includes(given)) throw new Error(`${where} cannot be ${given}`)
  return given ?? schema.default ?? schema.enum?.[0] ?? EMPTY[schema.type]
}

function either(schemas, given, where) {
  const hasNone = schemas.some(({ type }) => type === 'null')
  return hasNone && (given ?? null) === null ? null : filled(schemas.find(({ type }) => type !== 'null'), given, where)
}

function object({ properties, required = [] }, given, where) {
  const unknown = Object.keys(given).filter((name) => !(name in properties))
  if (unknown.length) throw new Error(`${where} has no ${unknown}`)
  const wanted = Object.keys(properties).filter((name) => required.includes(name) || name in given)
  return Object.fromEntries(wanted.map((name) => [name, filled(properties[name], given[name], `${where}.${name}`)]))
}

const patterns = Object.keys(paths).map((path) => [path, new RegExp(`^${path.replace(/\{\w+\}/g, '([^/]+)')}$`)])

/** The described path of an address; those without parameters go first. */
function described(address) {
  const matching = patterns.filter(([, pattern]) => pattern.test(address)).map(([path]) => path)
  return matching.sort((one, other) => one.split('{').length - other.split('{').length)[0]
}

/** An answer in the shop's stead: a refusal, or no answer at all. */
class Refusal {
  constructor(status, code, title = '') {
    Object.assign(this, { status, problem: { status, code, title } })
  }
}
const NO_NETWORK = Symbol.for('no network')

/**
 * `handlers` are by `GET /products/{product_id}`; each gets the request and gives the answer's content, a Refusal or
 * NO_NETWORK. `requests` keeps what was asked, as `GET /products/tea`, with body and headers.
 */
function createShop(handlers) {
  const requests = []

  function answer({ method, url, data, header }) {
    const [address, query = ''] = url.replace(/^https?:\/\/[^/]+/, '').split('?')
    const path = described(address)
    if (!path) throw new Error(`the interface has no ${method} ${address}`)
    const request = { method, address, query, headers: header, body: data === undefined ? undefined : JSON.parse(data) }
    requests.push({ ...request, name: `${method} ${address}` })
    const said = handlers[`${method} ${path}`]?.(request)
    if (said === NO_NETWORK) return NO_NETWORK
    if (said instanceof Refusal) return { status: said.status, text: JSON.stringify(said.problem) }
    const [status, { content }] = Object.entries(paths[path][method.toLowerCase()].responses).find(([code]) => code < 300)
    const text = content ? JSON.stringify(filled(content['application/json'].schema, said, `${method} ${path}`)) : ''
    return { status: Number(status), text }
  }

  const asked = (name) => requests.filter((request) => request.name === name)
  return { answer, requests, asked, handlers }
}

module.exports = { createShop, Refusal, NO_NETWORK }
