import { isLocalHost } from "../../core/mod.ts";
import type { Probe } from "../probe/probe.ts";
import type { Target } from "../target/target.ts";
import { judgeInterfaces } from "./judge_interfaces.ts";
import { mtuOf } from "./mtu.ts";
import { kindOfInterface, scopeOf } from "./scope.ts";
import { hasFamily, type InterfacesSeen, type SeenAddress, type SeenInterface } from "./seen.ts";

/** Interfaces and addresses of this machine. */
export const interfacesProbe: Probe<Target, InterfacesSeen> = {
  name: "interfaces",
  layer: "link",
  observe() {
    if (Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" }).state !== "granted") {
      return Promise.resolve({ permitted: false, interfaces: [] });
    }
    const byName = Map.groupBy(Deno.networkInterfaces(), ({ name }) => name);
    const interfaces = [...byName].flatMap(([name, all]): SeenInterface[] => {
      const addresses = all.map(({ address, cidr, family }): SeenAddress => ({
        cidr: cidr || address,
        family: family === "IPv6" ? 6 : 4,
        scope: scopeOf(address),
      })).filter(({ scope }) => scope !== "loopback");
      if (addresses.length === 0) return [];
      const mtu = mtuOf(name);
      return [{ name, kind: kindOfInterface(name), addresses, ...(mtu === undefined ? {} : { mtu }) }];
    });
    return Promise.resolve({ permitted: true, interfaces });
  },
  judge: (seen, target) => judgeInterfaces(seen, target.kind === "service" && isLocalHost(target.host)),
  facts({ permitted, interfaces }) {
    if (!permitted) return {};
    const mtus = interfaces.flatMap(({ mtu }) => mtu === undefined ? [] : [mtu]);
    return {
      "interfaces": interfaces.length,
      "ipv4": hasFamily(interfaces, 4),
      "ipv6": hasFamily(interfaces, 6),
      ...(mtus.length > 0 && { mtu: Math.min(...mtus) }),
    };
  },
  summary({ permitted, interfaces }) {
    if (!permitted) return "not permitted";
    if (interfaces.length === 0) return "loopback only";
    return interfaces.map(({ name, addresses }) => `${name} ${addresses[0]?.cidr ?? ""}`).slice(0, 3).join(", ");
  },
};
