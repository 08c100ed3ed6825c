// A branded type: a plain value at run time, its own type to the compiler. Made only by the parser
// that checked it, so an id of one kind can never be handed in as another.

declare const brand: unique symbol

/** `Value`, marked so that only the function that checks it can make it. */
export type Branded<Value, Brand extends string> = Value & { readonly [brand]: Brand }
