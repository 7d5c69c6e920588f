/** Names that stand for devices on Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:[.:]|$)/i;

/** Characters that Windows does not allow in a name; a colon separates the name of a stream. */
const FORBIDDEN = /[<>:"|?*]/;
const ALL_FORBIDDEN = new RegExp(FORBIDDEN.source, "g");

/** Returns whether a name stands for a device on Windows, such as `NUL` or `com1.txt`. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}

/**
 * Returns whether a name refers to something else on Windows than it says: a device, a stream of a file, a file without the dots
 * and spaces at its end.
 */
export function isWindowsTrap(name: string): boolean {
  return FORBIDDEN.test(name) || /[. ]$/.test(name) || isDeviceName(name);
}

/** Returns whether Windows can create a file of this name. */
export function isWindowsName(name: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return !isWindowsTrap(name) && !/[\x00-\x1f/\\]/.test(name);
}

/** Replaces the characters that Windows does not allow in a name. */
export function replaceForbidden(name: string, by: string): string {
  return name.replace(ALL_FORBIDDEN, by);
}
