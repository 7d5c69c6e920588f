/** Kinds of files that can be shared. */
export const FILE_KINDS = ["image", "text", "pdf", "archive", "audio", "video"] as const;

/** Kind of a shared file. */
export type FileKind = typeof FILE_KINDS[number];

/** Format of a shared file. */
export interface FileFormat {
  /** Its kind. */
  readonly kind: FileKind;
  /** Content-Type with which it is served, whatever the client has sent. */
  readonly type: string;
  /** Whether a browser may display it; every other one is saved. */
  readonly inline: boolean;
  /** Returns whether a file begins like this. `head` has at least {@link SNIFFED_BYTES}, unless the file is shorter. */
  readonly begins: (head: Uint8Array) => boolean;
}

/** Number of bytes at the beginning of a file that tell its format. */
export const SNIFFED_BYTES = 512;

/** Returns a test for bytes at an offset: each argument is text of single-byte characters. */
function has(...places: readonly (readonly [offset: number, text: string])[]): (head: Uint8Array) => boolean {
  return (head) => places.every(([offset, text]) => [...text].every((c, i) => head[offset + i] === c.charCodeAt(0)));
}

function any(...tests: readonly ((head: Uint8Array) => boolean)[]): (head: Uint8Array) => boolean {
  return (head) => tests.some((test) => test(head));
}

const ZIP = any(has([0, "PK\x03\x04"]), has([0, "PK\x05\x06"]));
const MP4 = has([4, "ftyp"]);
const WEBM = has([0, "\x1a\x45\xdf\xa3"]);
const OGG = has([0, "OggS"]);
/** MPEG audio: an ID3 tag, or a frame of layer III (ISO 11172-3). */
const MP3 = (head: Uint8Array) => has([0, "ID3"])(head) || (head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2);
/** Text has no control characters but white space; that all of it is UTF-8 is checked while it is received. */
const isText = (head: Uint8Array) => head.length > 0 && head.every((byte) => isTextByte(byte));

/** Returns whether a byte can occur in text as UTF-8. */
export function isTextByte(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : byte === 9 || byte === 10 || byte === 12 || byte === 13 || byte === 27;
}

function image(type: string, begins: FileFormat["begins"]): FileFormat {
  return { kind: "image", type: `image/${type}`, inline: true, begins };
}
function saved(kind: FileKind, type: string, begins: FileFormat["begins"]): FileFormat {
  return { kind, type, inline: false, begins };
}

const TEXT = saved("text", "text/plain; charset=utf-8", isText);
const JPEG = image("jpeg", has([0, "\xff\xd8\xff"]));

/**
 * Formats by the extension of a name, in lower case. Neither SVG nor HTML is among them: a browser executes what is in them. All text
 * is served as plain text.
 */
const FORMATS: ReadonlyMap<string, FileFormat> = new Map([
  ["png", image("png", has([0, "\x89PNG\r\n\x1a\n"]))],
  ["jpg", JPEG],
  ["jpeg", JPEG],
  ["gif", image("gif", any(has([0, "GIF87a"]), has([0, "GIF89a"])))],
  ["webp", image("webp", has([0, "RIFF"], [8, "WEBP"]))],
  ...["txt", "log", "md", "csv", "tsv", "json", "yaml", "yml", "toml", "ini", "conf", "diff", "patch"].map((
    extension,
  ) => [extension, TEXT] as const),
  ["pdf", saved("pdf", "application/pdf", has([0, "%PDF-"]))],
  ["zip", saved("archive", "application/zip", ZIP)],
  ["gz", saved("archive", "application/gzip", has([0, "\x1f\x8b\x08"]))],
  ["xz", saved("archive", "application/x-xz", has([0, "\xfd7zXZ\x00"]))],
  ["zst", saved("archive", "application/zstd", has([0, "\x28\xb5\x2f\xfd"]))],
  ["mp3", saved("audio", "audio/mpeg", MP3)],
  ["ogg", saved("audio", "audio/ogg", OGG)],
  ["opus", saved("audio", "audio/ogg", OGG)],
  ["flac", saved("audio", "audio/flac", has([0, "fLaC"]))],
  ["wav", saved("audio", "audio/wav", has([0, "RIFF"], [8, "WAVE"]))],
  ["m4a", saved("audio", "audio/mp4", MP4)],
  ["mp4", saved("video", "video/mp4", MP4)],
  ["webm", saved("video", "video/webm", WEBM)],
  ["mkv", saved("video", "video/x-matroska", WEBM)],
]);

/** Returns the extension of a name, in lower case: what follows its last dot. Empty when it has none. */
export function extensionOf(name: string): string {
  return /[^.]\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toLowerCase() ?? "";
}

/** Returns the format that an extension stands for; undefined for one that cannot be shared. */
export function formatOf(extension: string): FileFormat | undefined {
  return FORMATS.get(extension);
}

/** Returns the extensions of some kinds, as they are named to a user. */
export function extensionsOf(kinds: ReadonlySet<FileKind>): string[] {
  return [...FORMATS].filter(([, { kind }]) => kinds.has(kind)).map(([extension]) => extension);
}
