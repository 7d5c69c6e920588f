/**
 * All of `lib/tcp`: the public library, and what `toucan tcp` and tests use of it.
 * @module
 */
export * from "./mod.ts";
export { checkTargets } from "./check/check.ts";
export { type CheckTarget, parseTarget } from "./check/target.ts";
export { connectPipe } from "./client/connect.ts";
export type { ExchangeOptions } from "./connection/exchange.ts";
export { listenPipe } from "./server/listen.ts";
export type { ListenOptions } from "./server/listen_options.ts";
export { type DumpObserver, dumpObserver, type DumpOptions } from "./observe/dump_observer.ts";
