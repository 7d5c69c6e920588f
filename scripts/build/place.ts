import config from "../../deno.json" with { type: "json" };
import { ROOT } from "../root.ts";

/** Where a build writes, and the version that it gives to the tools. */
export interface Place {
  /** Absolute path of the folder, with a slash at its end. */
  readonly folder: string;
  /** The version that the tools print. */
  readonly version: string;
}

/** The place of `deno task build` and `deno task bundle`. */
export const DIST: Place = { folder: `${ROOT}dist/`, version: config.version };
