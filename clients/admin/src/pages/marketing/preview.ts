/** Lines of an imagined order, from products as they are. */
import { api, type Schemas } from '@/api/client'

export interface Sample {
  name: string
  line: { product_id: string; category_path: string[]; brand_id: string; tags: string[]; net_fen: number; points_eligible: boolean }
}

/** A carton's worth of a product's first SKU. */
export async function sampleLine(productId: string): Promise<Sample> {
  const [product, categories] = await Promise.all([api.get('/admin/products/{product_id}', { path: { product_id: productId } }), api.get('/admin/categories')])
  const sku = product.skus[0]!
  return {
    name: product.name,
    line: {
      product_id: product.product_id,
      category_path: pathTo(categories.items, product.category_id),
      brand_id: product.brand_id,
      tags: product.tag_ids,
      net_fen: sku.base_price_fen * Math.max(sku.minimum, sku.units_per_carton),
      points_eligible: sku.points_eligible,
    },
  }
}

function pathTo(groups: Schemas['CatalogGroupView'][], id: string | null): string[] {
  const found = groups.find((one) => one.group_id === id)
  return found ? [...pathTo(groups, found.parent_id), found.group_id] : []
}
