// The door of the wire: the service model as data, and AWS's protocol on the server's side. The
// client's side and AWS's texts join as they are built.

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
export { WireError } from './wire-error.ts'
export { statusOfShape, writeError } from './write-error.ts'
export { type WireResponse, writeResponse } from './write-response.ts'
