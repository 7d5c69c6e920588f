/**
 * What `toucan tcp` needs beside the library.
 * @module
 */
export { connectPipe } from "./connect.ts";
export { demonstrate, type Demonstration } from "./demonstrate.ts";
export { listenPipe } from "./listen.ts";
export { type ObserverOptions, observers } from "./observers.ts";
