import { ToucanError } from "../../core/mod.ts";
import { reasonOf, request } from "../../http/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";

/** A page to ask for. */
export interface HttpInput {
  /** Its URL. */
  readonly url: string;
}

/** Answer of the server. */
export interface HttpSeen {
  readonly status?: number;
  readonly reason: string;
  readonly ms: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Asks for a page. */
export const httpProbe: Probe<HttpInput, HttpSeen> = {
  name: "http",
  layer: "application",
  async observe({ url }, { signal, timeout, dial, trace }) {
    const begin = performance.now();
    const ms = () => performance.now() - begin;
    try {
      await using response = await request(url, { signal, timeout, ...dial, trace });
      return { status: response.status, reason: reasonOf(response.status), ms: ms() };
    } catch (error) {
      if (!(error instanceof ToucanError)) throw error;
      return { reason: "", ms: ms(), error: { code: error.code, message: error.message } };
    }
  },
  judge({ status, reason, error }) {
    if (status === undefined) return [found("probe-failed", { probe: "http", reason: error?.message ?? "" })];
    return [found(status < 400 ? "http-ok" : "http-status", { status, reason })];
  },
  facts: ({ status, ms }) => status === undefined ? {} : { status, "first-byte": ms },
  summary: ({ status }) => status === undefined ? "" : `status ${status}`,
};
