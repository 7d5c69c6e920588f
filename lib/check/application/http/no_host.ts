import { Deadline, dial, formatAddress, raceSignal, ToucanError, writeAll } from "../../../core/mod.ts";
import { encodeRequestHead, Fields } from "../../../http/internal.ts";
import type { Probe } from "../../probe/probe.ts";
import { found } from "../../words/findings.ts";
import type { HttpInput } from "./http_input.ts";
import { readRawHead } from "./raw_head.ts";

/** Answer to a request without Host; undefined if there is none. */
export interface NoHostSeen {
  readonly status?: number;
}

/** Requests a page without Host, which a server must reject with 400 (RFC 9112 §3.2). */
export const noHostProbe: Probe<HttpInput, NoHostSeen> = {
  name: "http-no-host",
  layer: "application",
  explains: true,
  async observe({ url, host, address, port }, { signal, timeout, dial: { tls, proxy } }) {
    using deadline = new Deadline({ signal, timeout }, `get an answer from ${host}`, "first-byte");
    const secure = url.startsWith("https:");
    try {
      using connection = await dial(formatAddress({ transport: "ip", host: address.address, port }), {
        ...{ signal: deadline.signal, proxy },
        tls: secure ? { ...tls, serverName: host, alpn: ["http/1.1"] } : undefined,
      });
      const headers = new Fields([["User-Agent", "toucan-check"], ["Connection", "close"]]);
      const { pathname } = new URL(url);
      await writeAll(connection, encodeRequestHead({ method: "GET", target: pathname, headers }));
      const { head } = await raceSignal(readRawHead(connection), deadline.signal);
      return { status: head.status };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ToucanError) && !(error instanceof Error)) throw error;
      return {};
    }
  },
  judge: ({ status }) => status !== undefined && status < 400 ? [found("http-host-not-required", { status })] : [],
};
