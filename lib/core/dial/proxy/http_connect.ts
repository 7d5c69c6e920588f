import { formatAddress, type HostPort } from "../../address/address.ts";
import type { ByteReader } from "../../bytes/byte_reader.ts";
import { NetworkError } from "../../errors/errors.ts";
import { type ByteWriter, writeAll } from "../../bytes/writer.ts";
import type { Proxy } from "./proxy.ts";

const LINE_LIMIT = 8 * 1024;
const LINES_LIMIT = 1000;
/** A header field: a name, blanks that some send behind it, a colon, and a value without NUL (RFC 9112 §5). */
const FIELD = /^[!#$%&'*+.^_`|~\w-]+[ \t]*:[^\0]*$/;
/** Informational responses (1xx) that may come before the response. */
const INFORMATIONAL_LIMIT = 16;

/** Asks an HTTP proxy for a tunnel to `target` (RFC 9110 §9.3.6), on a connection to it. */
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

/** The error for a status with which a proxy itself answers instead of the server. */
export function proxyStatus(status: number, reason: string): NetworkError {
  const text = `status ${status} ${reason}`.trimEnd();
  return failed(status === 407 ? "proxy-authentication" : "proxy-refused", text);
}

/** Reads the head of the response, and those of informational ones before it. Behind a 2xx begins the tunnel, whatever its fields say (RFC 9110 §9.3.6). */
async function readStatus(reader: ByteReader): Promise<{ readonly status: number; readonly reason: string }> {
  for (let count = 0; count <= INFORMATIONAL_LIMIT; count++) {
    const [, digits, reason = ""] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/s.exec(await line(reader)) ?? [];
    if (digits === undefined) throw failed("proxy-failed", "it does not speak HTTP");
    const status = Number(digits);
    if (status < 100) throw failed("proxy-failed", `it sent the invalid status ${digits}`);
    await readFields(reader);
    if (status > 199 || status === 101) return { status, reason };
  }
  throw failed("proxy-failed", `it sent more than ${INFORMATIONAL_LIMIT} informational responses`);
}

/** Reads the header fields of a response to the empty line behind them; what they say does not matter here. */
async function readFields(reader: ByteReader): Promise<void> {
  for (let count = 0;; count++) {
    const field = await line(reader);
    if (field === "") return;
    if (count >= LINES_LIMIT) throw failed("proxy-failed", `it sent more than ${LINES_LIMIT} header lines`);
    const folded = count > 0 && /^[ \t][^\0]*$/.test(field);
    if (!folded && !FIELD.test(field)) throw failed("proxy-failed", "it sent an invalid header field");
  }
}

async function line(reader: ByteReader): Promise<string> {
  const bytes = await reader.readLine(LINE_LIMIT);
  if (!bytes) throw failed("connection-cut", "it closed the connection");
  return new TextDecoder("latin1").decode(bytes);
}

function failed(code: string, text: string): NetworkError {
  return new NetworkError(text, { code, operation: "proxy" });
}
