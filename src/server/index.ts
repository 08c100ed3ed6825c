// The door of the server: AWS's API and our own over HTTP.

export { startHttp } from './http.ts'
export type {
  ExtensionRequest,
  HttpOptions,
  HttpServer,
  Listening,
  ServedExtension,
} from './options.ts'
