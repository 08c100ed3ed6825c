// The client's side of the wire in one place: the service model as a client walks it, signed calls
// with retries, pages. The room's door hands it on as `client`.

export {
  type Output,
  type SpelledError,
  type TimestampStyle,
  UnreadableAnswer,
  type WireAnswer,
} from './answer.ts'
export {
  type ClientSettings,
  callOperation,
  type Endpoint,
  NoAnswer,
  type OutgoingRequest,
  openClient,
  ServiceError,
} from './call.ts'
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
} from './model-view.ts'
export { type Pages, pagesOf, RepeatedToken } from './pages.ts'
export type { ClientInput } from './request.ts'
export type { Credentials } from './sign.ts'
export { parseMoment } from './timestamps.ts'
