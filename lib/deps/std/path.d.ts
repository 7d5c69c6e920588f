/** The part of `@std/path` that is used here; the npm package ships no types. */
export function isAbsolute(path: string): boolean;
export function normalize(path: string): string;
export function join(...paths: string[]): string;
export function relative(from: string, to: string): string;
export function resolve(...paths: string[]): string;
export function basename(path: string, suffix?: string): string;
export function dirname(path: string): string;
export const SEPARATOR: string;
