// The door of the server: AWS's API and our own over HTTP.

export { startHttp } from './http.ts'
export type {
  ExtensionRequest,
  Health,
  HttpOptions,
  HttpServer,
  MetricSources,
  ServedExtension,
  ServedOperation,
} from './options.ts'
