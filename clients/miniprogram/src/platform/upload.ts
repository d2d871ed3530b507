import { api, ApiError, type Schemas } from '@/api'
import { privacyAuthorised } from './account'

type Upload = Schemas['AgentsUpload']

export interface Picture {
  path: string
  content_type: Upload['content_type']
  size: number
}

const DOCUMENTS: Record<string, Upload['content_type']> = { png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg' }
const PICTURES: Record<string, Upload['content_type']> = { ...DOCUMENTS, webp: 'image/webp' }

/** Pictures from the camera or album; none when the person gave up or refused. Throws ApiError for other kinds of files. */
export async function choosePictures(most: number, purpose: Upload['purpose']): Promise<Picture[]> {
  const isDocument = purpose === 'licence' || purpose === 'voucher'
  const types = isDocument ? DOCUMENTS : PICTURES
  if (!(await privacyAuthorised())) return []
  const chosen = await new Promise<{ path: string; size: number; name?: string }[]>((resolve) =>
    uni.chooseImage({
      count: most,
      sizeType: ['compressed'],
      success: ({ tempFiles }) => resolve(tempFiles as unknown as { path: string; size: number; name?: string }[]),
      fail: () => resolve([]),
    }),
  )
  return chosen.map(({ path, size, name }) => {
    const content_type = types[(name ?? path).split('.').pop()!.toLowerCase()]
    if (!content_type) throw new ApiError(0, { code: 'WrongFile', title: `请选择 JPG${isDocument ? ' 或 ' : '、WebP 或 '}PNG 图片` })
    return { path, size, content_type }
  })
}

/** Send a picture straight to the store; gives the key by which the interface knows it. Throws ApiError. */
export async function upload(picture: Picture, purpose: Upload['purpose']): Promise<string> {
  const { size, content_type } = picture
  const form = await api.post('/uploads', { body: { purpose, content_type, size } })
  await new Promise<void>((resolve, reject) =>
    uni.uploadFile({
      url: form.url,
      filePath: picture.path,
      name: 'file',
      formData: form.fields,
      success: ({ statusCode }) =>
        statusCode < 300 ? resolve() : reject(new ApiError(statusCode, { code: 'UploadFailed', title: '图片上传失败，请重试' })),
      fail: () => reject(new ApiError(0, { code: 'Offline', title: '图片上传失败，请检查网络后重试' })),
    }),
  )
  return form.key
}
