import { dial, formatAddress, NetworkError, TimeoutError } from "../../core/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { askHello } from "./ask_hello.ts";
import { readChain } from "./certificates.ts";
import type { HandshakeInput, HandshakeSeen } from "./handshake_seen.ts";
import { judgeHandshake } from "./judge_handshake.ts";
import { serverDate } from "./server_date.ts";

export type { HandshakeInput, HandshakeSeen };

/** The handshake as a client of today does it: the certificate is verified, and nothing is sent after it. */
export const handshakeProbe: Probe<HandshakeInput, HandshakeSeen> = {
  name: "handshake",
  layer: "tls",
  async observe(input, context) {
    const { host, address, port, alpn, beforeTls } = input;
    const { signal, timeout, dial: { tls, proxy }, trace } = context;
    let begin = performance.now();
    const onPhase = (phase: string) => {
      if (phase === "connected") begin = performance.now();
    };
    const peer = formatAddress({ transport: "ip", host: address.address, port });
    try {
      using connection = await dial(peer, {
        ...{ signal, timeout, proxy, trace, beforeTls, onPhase },
        tls: { ...tls, serverName: host, alpn },
      });
      const ms = performance.now() - begin;
      if (connection.security) return { ms, alpn: connection.security.alpn };
      return { ms, error: { code: "tls-not-offered", message: "the server does not start TLS", chain: [] } };
    } catch (error) {
      if (!(error instanceof NetworkError || error instanceof TimeoutError)) throw error;
      signal.throwIfAborted();
      const { code } = error;
      const ms = performance.now() - begin;
      const message = error.message.replace(`cannot connect to ${peer}: `, "");
      // A second wait would end with the check, and say less.
      if (error instanceof TimeoutError) return { ms, error: { code, message, chain: [] } };
      const outdated = input.http && (code === "tls-expired" || code === "tls-not-yet-valid");
      const [reply, date] = await Promise.all([
        askHello(input, context, "TLS 1.2"),
        outdated ? serverDate(input, context) : undefined,
      ]);
      const chain = await readChain(reply.kind === "hello" ? reply.certificates : []);
      return { ms, error: { code, message, chain, reply, ...(date && { serverDate: date }) } };
    }
  },
  judge: judgeHandshake,
  facts: ({ ms, alpn, error }) => error ? {} : { tls: ms, ...(alpn === undefined ? {} : { alpn }) },
};
