// The door of the wire: the service model as data, AWS's protocol on either side, AWS's texts.
// biome-ignore-all assist/source/organizeImports: one line a statement keeps the door one screen.

// The contract.
export { model, shapeNamed, structureNamed } from './service-model.ts'
export type { OperationModel, Shape } from './service-model.ts'

// The server's side.
export { authorizationOf, guardedArn, valuesAt } from './authorization-model.ts'
export type { InputPath, OperationAuthorization } from './authorization-model.ts'
export { checkUrl, decodePath, route, routesOf } from './route.ts'
export { checkLabels } from './validate.ts'
export { readRequest } from './read-request.ts'
export { parseJson } from './read-json.ts'
export { parseQuery } from './read-query.ts'
export { writeResponse } from './write-response.ts'
export { writeError } from './write-error.ts'
export { WireError } from './wire-error.ts'
export { failureText, jobStatusMessage } from './texts.ts'

// The client's side.
export { callOperation, NoAnswer, openClient, sendPlain, ServiceError } from './client/call.ts'
export type { ClientSettings, Endpoint, OutgoingRequest } from './client/call.ts'
export { readError } from './client/answer.ts'
export type { AnswerReading, Output, TimestampStyle, WireAnswer } from './client/answer.ts'
export { commandName, inputShape, membersOf, operationsByCommand } from './client/model-view.ts'
export { outputShape, paginatorOf, shapeOf } from './client/model-view.ts'
export type { ModelMember, ModelOperation, ModelPaginator } from './client/model-view.ts'
export type { ModelShape } from './client/model-view.ts'
export { pagesOf, RepeatedToken } from './client/pages.ts'
export type { Pages } from './client/pages.ts'
export { encodeLabel } from './client/request.ts'
export type { ClientInput } from './client/request.ts'
export type { Credentials } from './client/sign.ts'
export { Sha256 } from './client/sign.ts'
export { parseMoment } from './client/timestamps.ts'
