const CASE = "RFC 9112 §2.3: the name of the protocol is case-sensitive";
const STATUS_LINE = "RFC 9112 §4: one space, three digits, one space";
const CONTROL = "RFC 9110 §5.5: no control character except tab";
const NAME = "RFC 9110 §5.1: a field name is a token";
const LIMIT = "limit on what is held in memory (RESPONSE_LIMITS)";
const CUT = "RFC 9112 §8: a head that was cut is no response";
const DIGITS = "RFC 9110 §8.6: digits only; a guessed length hides a truncated body";
const BOTH = "RFC 9112 §6.3: possibly response splitting, to be handled as an error";
const CHUNK = "RFC 9112 §7.1: a size, extensions, CR LF; other text may be part of the body";
const CODING = "RFC 9112 §6.1: one chunked, the last coding";
const TRUNCATED = "a truncated stream is not the whole body; curl does not check for its end";
const NOT_ASKED = "RFC 9112 §7.4: a client that sent no TE gets no coding but chunked";

/** Reasons why the verdict on a row differs from that of curl. */
export const REASONS: Readonly<Record<string, string>> = {
  "HTTP/1.2": "RFC 9110 §2.5: a later minor version is read as the latest that is known",
  "HTTP/2.0": "HTTP/2 has no status line: the server speaks another protocol",
  "version in lower case": CASE,
  "a reason with a control character": CONTROL,
  "two spaces before the status": STATUS_LINE,
  "letters behind the status": STATUS_LINE,
  "a status line of 64 KiB": LIMIT,
  "CR alone in a value": "RFC 9110 §5.5: CR in a value is dangerous",
  "CR CR LF": "RFC 9110 §5.5: CR in a value is dangerous",
  "a control character in a value": CONTROL,
  "DEL in a value": CONTROL,
  "octets above ASCII in a name": NAME,
  "no name": NAME,
  "a name with a space": NAME,
  "a name with parentheses": NAME,
  "a folded Content-Length": "RFC 9112 §5.2: a fold is replaced by a space, in every field",
  "a folded Transfer-Encoding": "RFC 9112 §5.2: a fold is replaced by a space, in every field",
  "1,001 fields": LIMIT,
  "10,000 fields": LIMIT,
  "cut behind the status line": CUT,
  "cut in a field": CUT,
  "a length with a plus": DIGITS,
  "a hexadecimal length": DIGITS,
  "a length with a fraction": DIGITS,
  "a length with letters": DIGITS,
  "a length with space in it": DIGITS,
  "a length and none, as a list": DIGITS,
  "a length beyond 64 bits": "beyond 2^53 a length is no number that JavaScript can hold",
  "two lengths as a list": BOTH,
  "both framings": BOTH,
  "both framings, the length wrong": BOTH,
  "100 informational responses": LIMIT,
  "101 that was not asked for": "RFC 9110 §15.2.2: what follows is another protocol, which was not requested",
  "20 digits": "RFC 9112 §7.1: leading zeros are allowed, the line has a limit",
  "an extension with a control character": CHUNK,
  "an extension of 10,000 bytes": LIMIT,
  "a word behind the size": CHUNK,
  "a comma behind the size": CHUNK,
  "LF alone behind sizes": CHUNK,
  "LF alone everywhere": CHUNK,
  "LF alone behind data": CHUNK,
  "less data than the size": CHUNK,
  "a trailer with LF alone": "RFC 9112 §2.2 forgives LF alone in a head, not in trailers",
  "trailers of 20 KiB": LIMIT,
  "chunked twice": CODING,
  "chunked in two fields": CODING,
  "chunked, identity": CODING,
  "chunked, HTTP/1.0": "RFC 9112 §6.1: in HTTP/1.0 a Transfer-Encoding is faulty framing",
  "gzip without its last byte": TRUNCATED,
  "gzip without its half": TRUNCATED,
  "deflate in zlib's format without its last byte": TRUNCATED,
  "deflate in zlib's format without its half": TRUNCATED,
  "raw deflate without its last byte": TRUNCATED,
  "raw deflate without its half": TRUNCATED,
  "br without its last byte": TRUNCATED,
  "br without its half": TRUNCATED,
  "zstd without its last byte": TRUNCATED,
  "zstd without its half": TRUNCATED,
  "gzip twice": "RFC 1952 §2.2: members follow each other",
  "gzip and zeros": "padding, which gzip itself ignores",
  "zstd with a window of 16 MiB": "RFC 9659: a window of 8 MiB at most, so that memory is bounded",
  "gzip as a transfer coding": NOT_ASKED,
  "gzip, chunked as transfer codings": NOT_ASKED,
};
