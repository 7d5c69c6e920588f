import type { Probe } from "../probe/probe.ts";
import type { MachineTarget } from "../target/target.ts";
import { type Finding, found } from "../words/findings.ts";
import { scopeOf } from "./scope.ts";

/** A default route. */
export interface DefaultRoute {
  /** IP version. */
  readonly family: 4 | 6;
  /** Interface. */
  readonly via: string;
}

/** Result of the probe; `readable` is false where the system's tables cannot be read. */
export interface RoutesSeen {
  readonly readable: boolean;
  readonly routes: readonly DefaultRoute[];
  /** Global IPv6 address of this machine, if there is one. */
  readonly global6?: string;
}

/** Whether there is a default route, by which IP versions. */
export const routesProbe: Probe<MachineTarget, RoutesSeen> = {
  name: "routes",
  layer: "link",
  observe() {
    const tables = [tableOf("/proc/net/route"), tableOf("/proc/net/ipv6_route")];
    const [v4, v6] = tables;
    if (v4 === undefined && v6 === undefined) return Promise.resolve({ readable: false, routes: [] });
    const global6 = globalAddress();
    const routes = [...defaultRoutes4(v4 ?? ""), ...defaultRoutes6(v6 ?? "")];
    return Promise.resolve({ readable: true, routes, ...(global6 && { global6 }) });
  },
  judge: judgeRoutes,
  facts: ({ readable, routes }) => readable ? { "route-ipv4": has(routes, 4), "route-ipv6": has(routes, 6) } : {},
  summary({ readable, routes }) {
    if (!readable) return "";
    const families = ([4, 6] as const).filter((family) => has(routes, family)).map((family) => `IPv${family}`);
    return families.length === 0 ? "no default route" : `default route ${families.join(" and ")}`;
  },
};

/** Judges the default routes. Pure. */
export function judgeRoutes({ readable, routes, global6 }: RoutesSeen): Finding[] {
  if (!readable) return [found("routes-not-readable", {})];
  if (routes.length === 0) return [found("no-default-route", {})];
  return [
    ...routes.map(({ family, via }) => found("route-found", { family: `IPv${family}`, via })),
    ...(global6 !== undefined && !has(routes, 6) ? [found("ipv6-without-route", { address: global6 })] : []),
  ];
}

function has(routes: readonly DefaultRoute[], family: 4 | 6): boolean {
  return routes.some((route) => route.family === family);
}

/** Returns the default routes in the text of `/proc/net/route`: interface, destination, gateway, flags …, mask in column 8. */
export function defaultRoutes4(text: string): DefaultRoute[] {
  return text.split("\n").slice(1).flatMap((line): DefaultRoute[] => {
    const [via = "", destination, , flags = "0", , , , mask] = line.trim().split(/\s+/);
    const up = (parseInt(flags, 16) & 1) !== 0 && (parseInt(flags, 16) & REJECT) === 0;
    return destination === "00000000" && mask === "00000000" && up ? [{ family: 4, via }] : [];
  });
}

/** Flag of a route that rejects what it matches. */
const REJECT = 0x200;

/** Returns the default routes in the text of `/proc/net/ipv6_route`: destination, prefix length, …, flags, interface. */
export function defaultRoutes6(text: string): DefaultRoute[] {
  return text.split("\n").flatMap((line): DefaultRoute[] => {
    const words = line.trim().split(/\s+/);
    const [destination = "", length] = words;
    const [flags = "0", via = ""] = words.slice(-2);
    const usable = (parseInt(flags, 16) & REJECT) === 0 && via !== "lo";
    return /^0{32}$/.test(destination) && length === "00" && usable ? [{ family: 6, via }] : [];
  });
}

function tableOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

function globalAddress(): string | undefined {
  if (Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" }).state !== "granted") return undefined;
  return Deno.networkInterfaces().find(({ family, address }) => family === "IPv6" && scopeOf(address) === "global")
    ?.address;
}
