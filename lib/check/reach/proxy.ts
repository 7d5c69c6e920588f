import { dial, formatAddress, type HostPort, type Proxy, readAllowedVariable, ToucanError } from "../../core/mod.ts";
import { proxyForUrl } from "../../http/mod.ts";
import type { Probe } from "../probe/probe.ts";
import { cut } from "../words/cut.ts";
import { found } from "../words/findings.ts";

/** A target that programs may reach through a proxy. */
export interface ProxyInput {
  /** The target. */
  readonly to: HostPort;
  /** URL by which the variables of the environment are chosen. */
  readonly url: string;
  /** Proxy that the check itself uses. */
  readonly proxy?: Proxy;
}

/** Proxies that are used or configured. */
export interface ProxySeen {
  /** Proxy that the check used: how long the connection took, or why there is none. */
  readonly used?: { readonly proxy: string; readonly ms: number; readonly error?: string; readonly code?: string };
  /** Proxy of the environment that programs use, and the check does not. */
  readonly environment?: string;
  /** Why the variables of the environment cannot be used. */
  readonly invalid?: string;
}

/** A proxy in the way: the one that the check goes through, or one that other programs are told to use. */
export const proxyProbe: Probe<ProxyInput, ProxySeen> = {
  name: "proxy",
  layer: "reach",
  async observe({ to, url, proxy }, { signal, timeout, trace }) {
    if (!proxy) return fromEnvironment(url);
    const name = `${proxy.scheme}://${formatAddress(proxy.address)}`;
    const begin = performance.now();
    try {
      using _connection = await dial(to, { signal, timeout, trace, proxy });
      return { used: { proxy: name, ms: performance.now() - begin } };
    } catch (error) {
      if (signal.aborted || !(error instanceof ToucanError)) throw error;
      const failed = { error: cut(error.message), code: error.code };
      return { used: { proxy: name, ms: performance.now() - begin, ...failed } };
    }
  },
  judge({ used, environment, invalid }) {
    if (used?.error !== undefined) return [found("proxy-failed", { proxy: used.proxy, reason: used.error })];
    if (used) return [found("proxy-used", { proxy: used.proxy, ms: Math.round(used.ms) })];
    if (invalid !== undefined) return [found("proxy-variable-invalid", { reason: invalid })];
    return environment === undefined ? [] : [found("proxy-in-environment", { proxy: environment })];
  },
  facts: ({ used }) => used && used.error === undefined ? { connect: used.ms } : {},
  summary: ({ used }) => used ? `through ${used.proxy}` : "",
};

function fromEnvironment(url: string): ProxySeen {
  try {
    const proxy = proxyForUrl(new URL(url), readAllowedVariable);
    return proxy ? { environment: `${proxy.scheme}://${formatAddress(proxy.address)}` } : {};
  } catch (error) {
    if (error instanceof ToucanError) return { invalid: cut(error.message) };
    throw error;
  }
}
