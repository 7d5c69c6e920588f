/**
 * URLs: taken apart by the rules of browsers or of RFC 3986, edited byte by byte, resolved, and compared between parsers.
 * Needs no permission.
 * @module
 */
export * from "./compare.ts";
export * from "./demonstrate.ts";
export { REMOVABLE, removePart, setPart } from "./edit.ts";
export { addSegment, checkSegment } from "./edit_path.ts";
export * from "./edit_query.ts";
export { EditError, InvalidUrlError, unreadable } from "./error.ts";
export * from "./excerpt.ts";
export * from "./glob.ts";
export * from "./idna.ts";
export * from "./parse.ts";
export { decodeReadable, decodeText } from "./percent.ts";
export * from "./plan.ts";
export * from "./python.ts";
export { type Param, queryParams } from "./query.ts";
export * from "./rows.ts";
export { defaultPort } from "./schemes.ts";
export { type Part, PARTS, type Span, type Split } from "./split.ts";
export * from "./template.ts";
export { type Change, RULES, type Rules, Url } from "./url.ts";
export { checkValue } from "./value.ts";
export * from "./view.ts";
export type { WhatwgRecord } from "./whatwg/record.ts";
