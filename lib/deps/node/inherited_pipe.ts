/**
 * `node:net`: a pipe that the process inherited, by its descriptor, which the sandbox does not open by its path.
 * Permissions at load and to call: none. Licence: part of the runtime.
 * @module
 */
export { Socket } from "node:net";
