const SIDE = 192

/** A picture as a small square data URL, cut around its middle. @throws DOMException where the file is no picture */
export async function smallPicture(file: File): Promise<string> {
  const image = await createImageBitmap(file)
  const side = Math.min(image.width, image.height)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIDE
  canvas
    .getContext('2d')!
    .drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, SIDE, SIDE)
  image.close()
  return canvas.toDataURL('image/jpeg', 0.85)
}
