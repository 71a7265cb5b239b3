/** Closed lists of curation and the data market, for the window as well, which loads no schemas. */

export const importFormats = [
  'jsonl',
  'csv',
  'text',
  'markdown',
  'html',
  'whatsapp',
  'wechat',
  'telegram',
  'chatgpt',
  'claude',
  'discord',
  'google-chat',
  'meta',
  'twitter',
  'mbox',
  'eml',
  'pdf',
] as const
export type ImportFormat = (typeof importFormats)[number]

export const exportFormats = ['parquet', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Whose definition of mel-frequency cepstral coefficients. */
export const mfccDefinitions = ['sphinx', 'librosa'] as const
export type MfccDefinition = (typeof mfccDefinitions)[number]

export const imageFeatures = ['sobel', 'canny', 'harris', 'fast', 'log', 'doh', 'frangi'] as const
export type ImageFeature = (typeof imageFeatures)[number]

/** What a dataset is cut into for those who train with it. */
export const splitNames = ['train', 'validation', 'test'] as const
export type SplitName = (typeof splitNames)[number]

/** In which order an export writes day, month and year. */
export const dateOrders = ['dmy', 'mdy', 'ymd'] as const
export type DateOrder = (typeof dateOrders)[number]

/** What an import says of what it kept but could not be sure of, beside what it left out. */
export const assumptions: readonly string[] = [
  'times without a zone, read as UTC',
  'times that cannot be read, left open',
  'lines that look like messages in another form, kept as text',
  'texts in angle brackets that the app may have written, kept as text',
]

export const licenceUses = ['train', 'research', 'any'] as const
export const reportReasons = ['personal', 'stolen', 'illegal', 'misleading'] as const

/** Why a picture or a recording does not leave. */
export const mediaReasons = ['by hand', 'another voice', 'too short', 'too small', 'not sharp', 'looks alike'] as const
export type MediaReason = (typeof mediaReasons)[number]

/** How a gallery may be ordered. */
export const mediaOrders = ['brought', 'least sharp', 'shortest', 'largest'] as const
export type MediaOrder = (typeof mediaOrders)[number]
