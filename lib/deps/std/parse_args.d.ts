/** The part of `@std/cli` `parseArgs` that is used here; the npm package ships no types. */
export interface ParseOptions {
  string?: readonly string[];
  boolean?: readonly string[];
  collect?: readonly string[];
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
export type Parsed = { _: string[] } & Record<string, string | boolean | string[] | undefined>;
export function parseArgs(args: readonly string[], options?: ParseOptions): Parsed;
