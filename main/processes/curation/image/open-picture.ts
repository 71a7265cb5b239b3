import sharp, { type Sharp } from 'sharp'

export const MOST_PIXELS = 64e6

// What a picture is, its bytes say. Formats that are programs for drawing (SVG, PDF) may be small and draw for hours,
// or name other files; the library opens none but these, whatever a file is called.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadTiff',
    'VipsForeignLoadHeif',
  ],
})

/** Opens the first page of a picture of pixels. @param most pixels beyond which it is not decoded */
export const openPicture = (input: string | Buffer, most = MOST_PIXELS): Sharp =>
  sharp(input, { limitInputPixels: most, failOn: 'error' })
