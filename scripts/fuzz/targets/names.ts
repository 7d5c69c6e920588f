import { isWholeClientHello, parseServerHello, RecordMeter } from "../../../lib/core/tls/splice/records.ts";
import { parseAddress, showUntrusted, UsageError } from "../../../lib/core/mod.ts";
import { FormError, FormReader } from "../../../lib/file/codec/multipart.ts";
import { parseTargetPath } from "../../../lib/file/codec/path.ts";
import { InvalidUrlError, parseUrl } from "../../../lib/url/mod.ts";
import { type FuzzTarget, holds, octetText, outcome, same, utf8 } from "../target.ts";

const FORM =
  '--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; name=g\r\n\r\n\r\n--b--\r\n';

function form(pieces: readonly Uint8Array[]): unknown {
  const parts: string[] = [];
  const reader = new FormReader("b");
  const result = outcome(() => {
    for (const piece of pieces) {
      for (const event of reader.feed(piece)) {
        if (event.kind === "part") parts.push(`${event.name}/${event.fileName}:`);
        else if (event.kind === "data") parts.push((parts.pop() ?? "") + octetText(event.bytes));
      }
    }
    return "read";
  }, [FormError]);
  return { result, parts: result === "read" ? parts : undefined, done: reader.done };
}

/** Codecs of URLs, TLS records, multipart forms, paths and addresses. */
export const NAME_TARGETS: Readonly<Record<string, FuzzTarget>> = {
  "url": {
    seeds: [
      "http://u:p@a.example:81/b/../c?d#e",
      "HTTP://0x7f.1/%2e",
      "file:///C|/a",
      "mailto:a@b",
      "//[::1]:0/",
      "http://a\u{e9}/",
    ],
    tokens: [
      "://",
      "@",
      ":",
      "/",
      "\\",
      "?",
      "#",
      "%2e",
      "%",
      "..",
      "[",
      "]",
      "\t",
      "0x",
      "xn--",
      "\xc3\xa9",
      " ",
      "|",
    ],
    check(bytes) {
      const text = utf8(bytes);
      const ours = outcome(() => parseUrl(text), [InvalidUrlError]) as {
        readonly href?: string;
        readonly text?: string;
        readonly scp?: unknown;
      };
      if (ours.href !== undefined) same("text", ours.text, text);
      same("read again", ours.href && parseUrl(ours.href).href, ours.href);
      const strict = outcome(() => parseUrl(text, { rules: "rfc3986" }), [InvalidUrlError]) as {
        readonly text?: string;
      };
      if (strict.text !== undefined) same("text by RFC 3986", strict.text, text);
      // Compared only where the runtime is correct: its IDNA tables are older, and it parses file: URLs and opaque
      // hosts differently.
      if (ours.scp || /xn--|[^\0-\x7e]|%[89a-f]/i.test(text)) return;
      const theirs = URL.parse(text)?.href;
      if (/^(?:https?|wss?|ftp):/.test(theirs ?? ours.href ?? "")) same("like URL of the runtime", ours.href, theirs);
    },
  },
  "target-path": {
    seeds: ["/a%20b/c?list=json", "/%2e%2e/b", "/a//b/./"],
    tokens: ["/", "%2e", "%2f", "%5c", "%00", "..", "\\", "?", "%c3", "%e2%82%ac"],
    check(bytes) {
      const text = utf8(bytes);
      for (const backslash of [false, true]) {
        for (const name of parseTargetPath(text, { backslash })?.segments ?? []) {
          const inside = name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
          holds(`"${name}" stays below the root`, inside && (backslash || !name.includes("\\")));
        }
      }
    },
  },
  "multipart-form": {
    seeds: [FORM],
    tokens: [
      "\r\n--b",
      "\r\n--b--",
      "--b",
      "\r\n",
      "\n",
      "Content-Type: multipart/mixed; boundary=c\r\n",
      '"',
      "filename=",
    ],
    check: (bytes, cut) => same("cut in two", form([bytes.subarray(0, cut), bytes.subarray(cut)]), form([bytes])),
  },
  "tls-records": {
    seeds: [
      "\x16\x03\x01\0\x08\x01\0\0\x04\x03\x03\0\0",
      "\x16\x03\x03\0\x30\x02\0\0\x2c\x03\x03" + "\0".repeat(34) + "\x13\x01\0\0\x06\0\x2b\0\x02\x03\x04",
    ],
    tokens: ["\x16\x03\x01", "\x17\x03\x03", "\xff\xff", "\0\0", "\0\x2b\0\x02\x03\x04"],
    check(bytes, cut) {
      isWholeClientHello(bytes);
      parseServerHello(bytes);
      const [pieces, whole] = [new RecordMeter(), new RecordMeter()];
      pieces.push(bytes.subarray(0, cut));
      pieces.push(bytes.subarray(cut));
      whole.push(bytes);
      same("cut in two", [pieces.data, pieces.negotiated], [whole.data, whole.negotiated]);
    },
  },
  "terminal-text": {
    seeds: ["a\x1b[31mred\x1b[0m", "\xe2\x80\xae", "tab\tand \xc2\x9b"],
    tokens: ["\x1b[", "\x9b", "\x07", "\r", "\xe2\x80\xae", "\xe2\x81\xa6", "\xc2\x85", "\x7f"],
    check(bytes) {
      const shown = showUntrusted(utf8(bytes));
      holds(
        "nothing moves the cursor or reorders text",
        !/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(shown),
      );
      outcome(() => parseAddress(utf8(bytes)), [UsageError]);
    },
  },
};
