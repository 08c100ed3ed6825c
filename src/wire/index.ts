// The door of the wire: the service model as data, and AWS's protocol on the server's side.

export {
  type Output,
  type SpelledError,
  type TimestampStyle,
  UnreadableAnswer,
  type WireAnswer,
} from './client/answer.ts'
export {
  type ClientSettings,
  callOperation,
  type Endpoint,
  NoAnswer,
  type OutgoingRequest,
  openClient,
  ServiceError,
} from './client/call.ts'
export {
  commandName,
  inputShape,
  type ModelMember,
  type ModelOperation,
  type ModelPaginator,
  type ModelShape,
  membersOf,
  operationsByCommand,
  outputShape,
  paginatorOf,
  shapeOf,
} from './client/model-view.ts'
export { type Pages, pagesOf, RepeatedToken } from './client/pages.ts'
export type { ClientInput } from './client/request.ts'
export type { Credentials } from './client/sign.ts'
export { parseMoment } from './client/timestamps.ts'
export { parseJson } from './read-json.ts'
export { parseQuery } from './read-query.ts'
export { type ReadableRequest, readRequest } from './read-request.ts'
export { decodePath, type Route, route, routesOf } from './route.ts'
export {
  type MemberModel,
  model,
  type OperationModel,
  operationNamed,
  type ServiceModel,
  type Shape,
  type StructureShape,
  shapeNamed,
  structureNamed,
} from './service-model.ts'
export { failureText, jobStatusMessage } from './texts.ts'
export { WireError } from './wire-error.ts'
export { statusOfShape, writeError } from './write-error.ts'
export { type WireResponse, writeResponse } from './write-response.ts'
