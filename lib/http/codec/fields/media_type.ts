/** Media types by the ending of a file's name; what is text is taken for UTF-8. */
const TYPES: Readonly<Record<string, string>> = {
  "7z": "application/x-7z-compressed",
  aac: "audio/aac",
  apng: "image/apng",
  avi: "video/x-msvideo",
  avif: "image/avif",
  bmp: "image/bmp",
  bz2: "application/x-bzip2",
  c: "text/plain",
  cjs: "text/javascript",
  conf: "text/plain",
  cpp: "text/plain",
  css: "text/css",
  csv: "text/csv",
  cts: "application/typescript",
  deb: "application/vnd.debian.binary-package",
  diff: "text/plain",
  doc: "application/msword",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  eml: "message/rfc822",
  eot: "application/vnd.ms-fontobject",
  epub: "application/epub+zip",
  flac: "audio/flac",
  gif: "image/gif",
  go: "text/plain",
  gz: "application/gzip",
  h: "text/plain",
  heic: "image/heic",
  htm: "text/html",
  html: "text/html",
  ico: "image/vnd.microsoft.icon",
  ics: "text/calendar",
  ini: "text/plain",
  iso: "application/x-iso9660-image",
  jar: "application/java-archive",
  java: "text/plain",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  jsonl: "application/jsonl",
  jsonld: "application/ld+json",
  jsx: "text/jsx",
  jxl: "image/jxl",
  log: "text/plain",
  m3u8: "application/vnd.apple.mpegurl",
  m4a: "audio/mp4",
  map: "application/json",
  markdown: "text/markdown",
  md: "text/markdown",
  mid: "audio/midi",
  mjs: "text/javascript",
  mkv: "video/matroska",
  mov: "video/quicktime",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  mpeg: "video/mpeg",
  mts: "application/typescript",
  odp: "application/vnd.oasis.opendocument.presentation",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  odt: "application/vnd.oasis.opendocument.text",
  oga: "audio/ogg",
  ogg: "audio/ogg",
  ogv: "video/ogg",
  opus: "audio/ogg",
  otf: "font/otf",
  patch: "text/plain",
  pdf: "application/pdf",
  pem: "application/x-pem-file",
  png: "image/png",
  ppt: "application/vnd.ms-powerpoint",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  ps: "application/postscript",
  py: "text/plain",
  rar: "application/vnd.rar",
  rs: "text/plain",
  rtf: "application/rtf",
  sh: "text/plain",
  sql: "text/plain",
  srt: "text/plain",
  svg: "image/svg+xml",
  tar: "application/x-tar",
  tif: "image/tiff",
  tiff: "image/tiff",
  toml: "application/toml",
  ts: "application/typescript",
  tsv: "text/tab-separated-values",
  tsx: "text/tsx",
  ttf: "font/ttf",
  txt: "text/plain",
  vtt: "text/vtt",
  wasm: "application/wasm",
  wav: "audio/wav",
  weba: "audio/webm",
  webm: "video/webm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
  xhtml: "application/xhtml+xml",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xml: "application/xml",
  xz: "application/x-xz",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
  zst: "application/zstd",
};

/** Media type of unknown files. */
const UNKNOWN = "application/octet-stream";

/** Media types that are text without their name saying so, and whose text is UTF-8 here. */
const TEXT = new Set(["application/typescript", "application/xml", "application/xhtml+xml", "image/svg+xml"]);

/**
 * Returns the media type of a file by the extension of its name.
 *
 * @param name The file name.
 * @returns The media type, with a charset for text; `application/octet-stream` for an unknown extension.
 * @example
 * ```ts
 * import { mediaTypeOf } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mediaTypeOf("notes/READ.ME.txt"), "text/plain; charset=utf-8");
 * assertEquals(mediaTypeOf("mod.ts"), "application/typescript; charset=utf-8");
 * assertEquals(mediaTypeOf("Makefile"), "application/octet-stream");
 * ```
 * @example Look up a media type
 * ```ts
 * import { mediaTypeOf } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mediaTypeOf("a.png"), "image/png");
 * ```
 */
export function mediaTypeOf(name: string): string {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const type = Object.hasOwn(TYPES, ending) ? TYPES[ending] : UNKNOWN;
  return type.startsWith("text/") || TEXT.has(type) ? `${type}; charset=utf-8` : type;
}

/**
 * Returns the media type of a Content-Type, in lower case and without parameters; undefined for an invalid one.
 *
 * @param contentType The value of Content-Type.
 * @returns The media type.
 * @example Read a media type
 * ```ts
 * import { essenceOf } from "../../mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(essenceOf("Text/HTML; charset=utf-8"), "text/html");
 * ```
 */
export function essenceOf(contentType: string | undefined): string | undefined {
  return /^[\t ]*([!#$%&'*+\-.^_`|~\w]+\/[!#$%&'*+\-.^_`|~\w]+)[\t ]*(?:;|$)/.exec(contentType ?? "")?.[1]
    .toLowerCase();
}
