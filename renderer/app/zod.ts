import * as z from 'zod'

// The page's policy forbids the code that zod would write for speed, and even the try would be told as a violation.
z.config({ jitless: true })
