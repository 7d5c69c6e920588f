import { isLoopback } from "../../core/mod.ts";
import type { Probe } from "../probe/probe.ts";
import type { Target } from "../target/target.ts";
import { found } from "../words/findings.ts";

/** An interface with its addresses. */
export interface SeenInterface {
  /** Name. */
  readonly name: string;
  /** Addresses in CIDR form. */
  readonly addresses: readonly string[];
  /** Whether all addresses are loopback. */
  readonly loopback: boolean;
}

/** Result of the probe; `permitted` is false without `--allow-sys=networkInterfaces`. */
export interface InterfacesSeen {
  readonly permitted: boolean;
  readonly interfaces: readonly SeenInterface[];
}

/** Interfaces and addresses of this machine. */
export const interfacesProbe: Probe<Target, InterfacesSeen> = {
  name: "interfaces",
  layer: "link",
  observe() {
    if (Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" }).state !== "granted") {
      return Promise.resolve({ permitted: false, interfaces: [] });
    }
    const byName = Map.groupBy(Deno.networkInterfaces(), ({ name }) => name);
    const interfaces = [...byName].map(([name, all]) => ({
      name,
      addresses: all.map(({ address, cidr }) => cidr || address),
      loopback: all.every(({ address }) => isLoopback(address)),
    }));
    return Promise.resolve({ permitted: true, interfaces });
  },
  judge({ permitted, interfaces }) {
    if (!permitted) return [];
    const up = interfaces.filter(({ loopback }) => !loopback);
    if (up.length === 0) return [found("no-interface", {})];
    return up.map(({ name, addresses }) => found("interface-up", { name, addresses }));
  },
  summary({ interfaces }) {
    const up = interfaces.filter(({ loopback }) => !loopback);
    return up.map(({ name, addresses }) => `${name} ${addresses[0] ?? ""}`).join(", ");
  },
};
