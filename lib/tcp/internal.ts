/**
 * The library's TCP, and what else `toucan tcp` and the tests need of it.
 * @module
 */
export * from "./mod.ts";
export { checkTargets } from "./check/check.ts";
export { type CheckTarget, parseTarget } from "./check/target.ts";
export { connectPipe } from "./connect.ts";
export { demonstrate, type Demonstration } from "./demonstrate.ts";
export type { ExchangeOptions } from "./exchange.ts";
export { listenPipe } from "./listen.ts";
export type { ListenOptions } from "./listen_options.ts";
export { type Observed, type ObserverOptions, observers } from "./observers.ts";
