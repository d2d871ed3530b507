/** A product as the form holds it, and as the API takes it. */
import type { Schemas } from '@/api/client'
import { yuan } from '@/parts/format'

export type Product = Schemas['CatalogStaffProduct']

export interface SkuForm {
  /** Null until it is saved. */
  sku_id: string | null
  code: string
  barcode: string
  values: string[]
  unit: string
  base_price_fen: number | null
  minimum: number
  multiple: number
  units_per_carton: number
  image: string
  on_sale: boolean
  points_eligible: boolean
  opening_stock: number
  low_stock_at: number
}

export interface ProductForm {
  name: string
  subtitle: string
  description: string
  images: string[]
  category_id: string
  brand_id: string | null
  tag_ids: string[]
  sold_in: string[]
  not_sold_in: string[]
  spec_names: string[]
  skus: SkuForm[]
}

export const MOST_SKUS = 24

/** "250g/袋 ¥39.80，500g/袋 ¥72.00（停售）" */
export const skusText = (skus: SkuForm[]): string =>
  skus.map((sku) => `${sku.values.join(' ') || sku.code} ¥${yuan(sku.base_price_fen ?? 0)}${sku.on_sale ? '' : '（停售）'}`).join('，')

export function newSku(like?: SkuForm): SkuForm {
  return {
    sku_id: null,
    code: '',
    barcode: '',
    values: [],
    unit: like?.unit ?? '件',
    base_price_fen: like?.base_price_fen ?? null,
    minimum: like?.minimum ?? 1,
    multiple: like?.multiple ?? 1,
    units_per_carton: like?.units_per_carton ?? 1,
    image: '',
    on_sale: true,
    points_eligible: like?.points_eligible ?? true,
    opening_stock: 0,
    low_stock_at: like?.low_stock_at ?? 0,
  }
}

export function formOf(product: Product | null): ProductForm {
  if (!product) {
    return { name: '', subtitle: '', description: '', images: [], category_id: '', brand_id: null, tag_ids: [], sold_in: [], not_sold_in: [], spec_names: [], skus: [newSku()] }
  }
  const { name, subtitle, description, images, category_id, brand_id, tag_ids, sold_in, not_sold_in, spec_names, skus } = product
  return { name, subtitle, description, images, category_id, brand_id: brand_id || null, tag_ids, sold_in, not_sold_in, spec_names, skus: skus.map(skuForm) }
}

function skuForm(sku: Product['skus'][number]): SkuForm {
  const { sku_id, code, barcode, values, unit, base_price_fen, minimum, multiple, units_per_carton, image, on_sale, points_eligible } = sku
  return { sku_id, code, barcode, values, unit, base_price_fen, minimum, multiple, units_per_carton, image, on_sale, points_eligible, opening_stock: 0, low_stock_at: 0 }
}

/** Every combination of the values of each spec, those of the last changing fastest. */
export function combinations(values: string[][]): string[][] {
  return values.reduce<string[][]>((found, some) => found.flatMap((before) => some.map((one) => [...before, one])), [[]])
}

/** What the API takes; an amount that is missing was refused by `skuProblem` before. */
export function bodyOf(form: ProductForm) {
  const skus = form.skus.map((sku) => ({ ...sku, base_price_fen: sku.base_price_fen ?? 0 }))
  return { ...form, skus }
}

/** What is wrong with the SKUs, in words, or undefined. */
export function skuProblem(skus: SkuForm[], form: ProductForm): string | undefined {
  const codes = skus.map((sku) => sku.code.trim().toUpperCase())
  const specs = skus.map((sku) => sku.values.join('|'))
  for (const [at, sku] of skus.entries()) {
    const which = `第 ${at + 1} 行`
    if (!/^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/.test(sku.code.trim())) return `${which}：请填写货号（字母、数字和 . _ / -）`
    if (codes.indexOf(codes[at]!) !== at) return `${which}：货号重复`
    if (form.spec_names.some((_, place) => !sku.values[place])) return `${which}：请填写每个规格的值`
    if (specs.indexOf(specs[at]!) !== at) return `${which}：规格与其他行相同`
    if (!sku.base_price_fen) return `${which}：请填写单价`
    if (!sku.unit.trim()) return `${which}：请填写单位`
  }
  return undefined
}
