/**
 * The library's TCP, and what else `toucan tcp` and the tests need of it.
 * @module
 */
export * from "./mod.ts";
export { checkTargets } from "./check/check.ts";
export { type CheckTarget, parseTarget } from "./check/target.ts";
export { connectPipe } from "./client/connect.ts";
export type { ExchangeOptions } from "./connection/exchange.ts";
export { listenPipe } from "./server/listen.ts";
export type { ListenOptions } from "./server/listen_options.ts";
export { type Observed, type ObserverOptions, observers } from "./observe/observers.ts";
