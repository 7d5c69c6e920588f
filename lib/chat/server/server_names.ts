import { showUntrusted, UsageError } from "../../core/mod.ts";

/** Rejects a name that cannot be written into every message. */
export function checkName(name: string, what: string): void {
  if (/^[^\s\0:!@][^\s\0!@]{0,62}$/.test(name)) return;
  throw new UsageError(
    `invalid ${what} name "${showUntrusted(name, { limit: 80 })}": must be 1 to 63 characters without spaces, ! or @`,
    { code: "invalid-server-name" },
  );
}
