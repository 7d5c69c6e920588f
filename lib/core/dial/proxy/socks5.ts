import type { HostPort } from "../../address/address.ts";
import type { ByteReader } from "../../bytes/byte_reader.ts";
import { NetworkError } from "../../errors/errors.ts";
import { parseIPv4, parseIPv6 } from "../../address/ip.ts";
import { concat } from "../../../deps/std/bytes.ts";
import { type ByteWriter, writeAll } from "../../bytes/writer.ts";
import type { Proxy } from "./proxy.ts";

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USER_PASSWORD = 2;
const NO_ACCEPTABLE_METHOD = 0xff;
const CONNECT = 1;
/** Version of the authentication by user and password (RFC 1929). */
const AUTHENTICATION_VERSION = 1;
/** Types of addresses (RFC 1928 §5). */
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const NOT_SPOKEN = "it does not speak SOCKS 5";

/** Replies of a SOCKS server to CONNECT (RFC 1928 §6). */
const REPLIES: Record<number, readonly [code: string, text: string]> = {
  1: ["proxy-failed", "general failure"],
  2: ["proxy-refused", "not allowed by its rules"],
  3: ["network-unreachable", "network unreachable"],
  4: ["host-unreachable", "host unreachable"],
  5: ["connection-refused", "connection refused"],
  6: ["proxy-failed", "time to live expired"],
  7: ["proxy-failed", "command not supported"],
  8: ["proxy-failed", "address type not supported"],
};

/** Requests a connection to `target` from a SOCKS 5 proxy (RFC 1928, RFC 1929), on a connection to it. */
export async function socks5Connect(
  writer: ByteWriter,
  reader: ByteReader,
  target: HostPort,
  proxy: Proxy,
): Promise<void> {
  const methods = proxy.user === undefined ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USER_PASSWORD];
  await writeAll(writer, Uint8Array.of(VERSION, methods.length, ...methods));
  const [version, method] = await expect(reader, 2);
  if (version !== VERSION) throw failed("proxy-failed", NOT_SPOKEN);
  if (method === NO_ACCEPTABLE_METHOD) throw failed("proxy-authentication", unacceptable(proxy));
  if (method === undefined || !methods.includes(method)) {
    throw failed("proxy-failed", `it selects the authentication method ${method}, which was not offered`);
  }
  if (method === USER_PASSWORD) await authenticate(writer, reader, proxy);
  await writeAll(
    writer,
    concat([
      Uint8Array.of(VERSION, CONNECT, 0),
      addressOf(target.host),
      Uint8Array.of(target.port >> 8, target.port & 255),
    ]),
  );
  await readReply(reader);
}

/** Reads the reply to CONNECT (RFC 1928 §6) to its last byte; the data of the target follows. */
async function readReply(reader: ByteReader): Promise<void> {
  const [version, reply = 1] = await expect(reader, 2);
  if (version !== VERSION) throw failed("proxy-failed", `its reply has version ${version} instead of ${VERSION}`);
  if (reply !== 0) throw failed(...(REPLIES[reply] ?? ["proxy-failed", `unknown reply ${reply}`]));
  const [reserved, type] = await expect(reader, 2);
  if (reserved !== 0) throw failed("proxy-failed", `the reserved byte of its reply is ${reserved} instead of 0`);
  // The address and port that it connects from are not needed.
  await expect(reader, await addressLength(reader, type) + 2);
}

async function addressLength(reader: ByteReader, type: number | undefined): Promise<number> {
  if (type === IPV4) return 4;
  if (type === IPV6) return 16;
  if (type === NAME) return (await expect(reader, 1))[0] ?? 0;
  throw failed("proxy-failed", `its reply has the unknown address type ${type}`);
}

function unacceptable({ user }: Proxy): string {
  return user === undefined ? "it requires a user and a password" : "it accepts none of the authentication methods";
}

async function authenticate(writer: ByteWriter, reader: ByteReader, proxy: Proxy): Promise<void> {
  const text = new TextEncoder();
  const user = text.encode(proxy.user ?? "");
  const password = text.encode(proxy.password ?? "");
  if (user.length > 255 || password.length > 255) {
    throw failed("proxy-authentication", "user and password are limited to 255 bytes each");
  }
  await writeAll(
    writer,
    concat([Uint8Array.of(AUTHENTICATION_VERSION, user.length), user, Uint8Array.of(password.length), password]),
  );
  const [version, status] = await expect(reader, 2);
  if (version !== AUTHENTICATION_VERSION) {
    throw failed(
      "proxy-failed",
      `its reply to user and password has version ${version} instead of ${AUTHENTICATION_VERSION}`,
    );
  }
  if (status !== 0) throw failed("proxy-authentication", "it rejected the user name or password");
}

function addressOf(host: string): Uint8Array {
  const v4 = parseIPv4(host);
  if (v4) return concat([Uint8Array.of(IPV4), v4]);
  const v6 = parseIPv6(host);
  if (v6) return concat([Uint8Array.of(IPV6), v6]);
  const name = new TextEncoder().encode(host);
  if (name.length > 255) throw failed("name-too-long", "the host name is longer than 255 bytes");
  return concat([Uint8Array.of(NAME, name.length), name]);
}

async function expect(reader: ByteReader, size: number): Promise<Uint8Array> {
  const bytes = await reader.readExactly(size);
  if (!bytes) throw failed("connection-cut", "it closed the connection");
  return bytes;
}

function failed(code: string, text: string): NetworkError {
  return new NetworkError(text, { code, operation: "proxy" });
}
