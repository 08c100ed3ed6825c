// The version this program says it is; a test holds it to package.json.

export const PROGRAM_VERSION = '0.1.0'
