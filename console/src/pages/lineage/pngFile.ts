import type { Extent } from './view'

/** Larger than life, so that names stay sharp on paper. */
const SHARP = 2
/** What every browser draws. */
const LONGEST = 8192
const MOST_PIXELS = 32 << 20

/** How much larger than the drawing its picture is; smaller where a browser would not draw it. */
export function pngScale({ width, height }: Extent): number {
  return Math.min(SHARP, LONGEST / width, LONGEST / height, Math.sqrt(MOST_PIXELS / (width * height)))
}

/** A picture of an SVG text. From a data: address, the only one that the content security policy lets an image have. */
export async function pngFile(svg: string, extent: Extent): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const scale = pngScale(extent)
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(extent.width * scale)
  canvas.height = Math.ceil(extent.height * scale)
  const context = canvas.getContext('2d')
  context?.drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (context === null || blob === null) throw new Error('the browser draws no picture of this size')
  return blob
}
