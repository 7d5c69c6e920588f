import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { hear, type OpenPort } from "./hear.ts";
import { helloTo } from "./hello.ts";

/** An open port on which the layers above got no answer. */
export interface PathMtuInput extends OpenPort {
  /** Name, for TLS and HTTP. */
  readonly host: string;
  /** Whether TLS begins with the connection; HTTP is asked otherwise. */
  readonly tls: boolean;
  /** Milliseconds for all of it. */
  readonly within: number;
}

/** Answers to messages that differ in size. */
export interface PathMtuSeen {
  /** Whether a small message got a small answer. */
  readonly small: boolean;
  /** Whether one whose answer is large, or that is large itself, got any. */
  readonly large: boolean;
}

/** Milliseconds for each answer, and the size of a header field that needs several packets. */
const [ANSWER_MS, PADDING_BYTES] = [1000, 16 * 1024];
/** A ClientHello without content: a server answers with an alert of 7 bytes. */
const EMPTY_HELLO = Uint8Array.of(22, 3, 1, 0, 4, 1, 0, 0, 0);

/**
 * Whether small packets get through and large ones do not: of TLS the certificate, which comes in answer to a ClientHello, of HTTP
 * a request with a field of 16 KiB, which servers reject but do not ignore.
 */
export const pathMtuProbe: Probe<PathMtuInput, PathMtuSeen> = {
  name: "path-mtu",
  layer: "reach",
  explains: true,
  async observe(input, context) {
    const limit = Math.min(ANSWER_MS, input.within / 2);
    const openings = input.tls ? [EMPTY_HELLO, helloTo(input.host)] : [request(0), request(PADDING_BYTES)];
    const [small, large] = await Promise.all(
      openings.map(async (opening) => (await hear(input, context, { limit, opening })).end),
    );
    // A connection that the server closes or resets has got its packets through.
    return { small: small !== "waited", large: large !== "waited" };
  },
  judge({ small, large }, { address: { address }, port }) {
    return small && !large ? [found("path-mtu-suspected", { address, port })] : [];
  },
};

function request(padding: number): Uint8Array<ArrayBuffer> {
  const field = padding === 0 ? "" : `X-Padding: ${"x".repeat(padding)}\r\n`;
  return new TextEncoder().encode(`HEAD / HTTP/1.1\r\nHost: check.invalid\r\n${field}Connection: close\r\n\r\n`);
}
