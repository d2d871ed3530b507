/** What the generated schema says about a call, in the shape the client takes and gives. */
import type { components, paths } from './schema'
import type { Intent } from './intent'

export type Schemas = components['schemas']
export type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths that know a verb. */
export type PathOf<V extends Verb> = {
  [P in keyof paths]: paths[P] extends Record<V, { responses: unknown }> ? P : never
}[keyof paths]

export type Operation<V extends Verb, P extends PathOf<V>> = paths[P] extends Record<V, infer O> ? O : never

type Parameter<O, Where extends string> = O extends { parameters: { [W in Where]?: infer T } } ? T : never
type Named<Name extends string, T> = [NonNullable<T>] extends [never]
  ? unknown
  : {} extends NonNullable<T>
    ? { [N in Name]?: T }
    : { [N in Name]: T }

type Json<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : never
/** Fields that may be null may as well be left out. */
type Lenient<B> = { [K in keyof B as null extends B[K] ? never : K]: B[K] } & {
  [K in keyof B as null extends B[K] ? K : never]?: B[K]
}

/** What a call needs besides its path. */
export type Call<O> = Named<'path', Parameter<O, 'path'>> &
  Named<'query', Parameter<O, 'query'>> &
  ([Json<O>] extends [never] ? unknown : { body: Lenient<Json<O>> }) &
  (O extends { parameters: { header: { 'Idempotency-Key': string } } } ? { intent: Intent } : unknown)

type Success = 200 | 201 | 202

/** What comes back. */
export type Answer<O> = O extends { responses: infer R }
  ? { [S in keyof R & Success]: R[S] extends { content: infer C } ? C[keyof C] : never }[keyof R & Success]
  : never
