import { formatAddress, type HostPort } from "../../address/address.ts";
import type { ByteReader } from "../../bytes/byte_reader.ts";
import { NetworkError } from "../../errors/errors.ts";
import { type ByteWriter, writeAll } from "../../bytes/writer.ts";
import type { Proxy } from "./proxy.ts";

const MAX_LINE_BYTES = 8 * 1024;
const MAX_LINES = 1000;
/** Header field: a name, optional blanks that some servers send, a colon, and a value without NUL (RFC 9112 §5). */
const FIELD = /^[!#$%&'*+.^_`|~\w-]+[ \t]*:[^\0]*$/;
/** Maximum number of informational responses (1xx) before the response. */
const MAX_INFORMATIONAL = 16;

/** Requests a tunnel to `target` from an HTTP proxy (RFC 9110 §9.3.6), on a connection to it. */
export async function httpConnect(
  writer: ByteWriter,
  reader: ByteReader,
  target: HostPort,
  proxy: Proxy,
): Promise<void> {
  const authority = formatAddress(target);
  const credentials = new TextEncoder().encode(`${proxy.user ?? ""}:${proxy.password ?? ""}`);
  const authorization = proxy.user === undefined ? "" : `Proxy-Authorization: Basic ${credentials.toBase64()}\r\n`;
  const request = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`;
  await writeAll(writer, new TextEncoder().encode(request));
  const { status, reason } = await readStatus(reader);
  if (status < 200 || status > 299) throw proxyStatus(status, reason);
}

/** Returns the error for a status that a proxy itself sends instead of the server's. */
export function proxyStatus(status: number, reason: string): NetworkError {
  const text = `status ${status} ${reason}`.trimEnd();
  return failed(status === 407 ? "proxy-authentication" : "proxy-refused", text);
}

/** Reads the head of the response, and of informational ones before it. After a 2xx the tunnel begins, whatever its fields are (RFC 9110 §9.3.6). */
async function readStatus(reader: ByteReader): Promise<{ readonly status: number; readonly reason: string }> {
  for (let count = 0; count <= MAX_INFORMATIONAL; count++) {
    const [, digits, reason = ""] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/s.exec(await line(reader)) ?? [];
    if (digits === undefined) throw failed("proxy-failed", "it does not speak HTTP");
    const status = Number(digits);
    if (status < 100) throw failed("proxy-failed", `it sent the invalid status ${digits}`);
    await readFields(reader);
    if (status > 199 || status === 101) return { status, reason };
  }
  throw failed("proxy-failed", `it sent more than ${MAX_INFORMATIONAL} informational responses`);
}

/** Reads the header fields of a response up to the empty line; their content is ignored. */
async function readFields(reader: ByteReader): Promise<void> {
  for (let count = 0;; count++) {
    const field = await line(reader);
    if (field === "") return;
    if (count >= MAX_LINES) throw failed("proxy-failed", `it sent more than ${MAX_LINES} header lines`);
    const folded = count > 0 && /^[ \t][^\0]*$/.test(field);
    if (!folded && !FIELD.test(field)) throw failed("proxy-failed", "it sent an invalid header field");
  }
}

async function line(reader: ByteReader): Promise<string> {
  const bytes = await reader.readLine(MAX_LINE_BYTES);
  if (!bytes) throw failed("connection-cut", "it closed the connection");
  return new TextDecoder("latin1").decode(bytes);
}

function failed(code: string, text: string): NetworkError {
  return new NetworkError(text, { code, operation: "proxy" });
}
