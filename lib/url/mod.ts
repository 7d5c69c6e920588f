/**
 * URLs: taken apart by the rules of browsers or of RFC 3986, edited byte by byte, resolved, and compared between parsers.
 * Needs no permission.
 * @module
 */
export { type Answer, COMPARED, compareUrl, type Comparison, type Differing, type Refusal } from "./compare.ts";
export { REMOVABLE, removePart, setPart } from "./edit/edit.ts";
export { addSegment } from "./edit/edit_path.ts";
export { addParam, removeParams, sortParams } from "./edit/edit_query.ts";
export { EditError, InvalidUrlError } from "./error.ts";
export { domainToAscii, domainToUnicode } from "./idna.ts";
export { type ParseOptions, parseUrl } from "./parse.ts";
export { decodeReadable, decodeText } from "./percent.ts";
export { PYTHON_VERSION, type PythonSplit, pythonSplit } from "./models/python/urlsplit.ts";
export { type Param, queryParams } from "./query.ts";
export { defaultPort } from "./schemes.ts";
export { type Part, PARTS, type Span, type Split } from "./split.ts";
export { type Change, RULES, type Rules, Url } from "./url.ts";
export { maskPassword, showPart, showUrl, takeApart, type UrlRecord, type ViewOptions } from "./show/view.ts";
export type { WhatwgRecord } from "./models/whatwg/record.ts";
