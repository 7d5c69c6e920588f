import type { Probe } from "../probe/probe.ts";
import { found } from "../words/findings.ts";
import { cut } from "../words/cut.ts";
import { hasRecords, recordsOf } from "./tlsa.ts";

/** CAA records that are in force for a name. */
export interface CaaSeen {
  /** Domain that has them: the name, or the nearest one above it. */
  readonly domain?: string;
  /** Authorities that may issue. */
  readonly issuers: readonly string[];
}

/** Names that are asked upwards: a deeper one is not looked at. */
const MAX_STEPS = 5;

/** Which authorities may issue certificates for a name (RFC 8659 §3): the nearest name upwards that has CAA records tells. */
export const caaProbe: Probe<{ readonly host: string }, CaaSeen> = {
  name: "caa",
  layer: "tls",
  explains: true,
  async observe({ host }, context) {
    const labels = host.replace(/\.$/, "").split(".");
    for (let at = 0; hasRecords(host) && at < Math.min(labels.length - 1, MAX_STEPS); at++) {
      const domain = labels.slice(at).join(".");
      const records = await recordsOf(domain, "CAA", context);
      if (records.length === 0) continue;
      const issuers = records.filter(({ fields }) => fields.tag === "issue").map(({ fields }) =>
        cut(String(fields.value).split(";", 1)[0]?.trim() ?? "")
      );
      return { domain, issuers: [...new Set(issuers.filter((issuer) => issuer !== ""))] };
    }
    return { issuers: [] };
  },
  judge: ({ domain, issuers }) => domain === undefined ? [] : [found("caa-issuers", { domain, issuers })],
};
