import type { DialOptions } from "../../../core/mod.ts";

/** Way to a server: IP version, proxy, rules for names. */
export type Route = Pick<DialOptions, "family" | "proxy" | "resolve" | "connectTo">;
