import { readVariable } from "../core/environment.ts";
import { SystemError, UsageError } from "../core/errors.ts";
import { fromSystem } from "../core/system_error.ts";
import { showUntrusted } from "../core/untrusted.ts";
import { file, parsed } from "./kind.ts";
import { releasePaths } from "./narrow.ts";
import { option, type Options, type Values } from "./option.ts";
import { canPrompt, promptSecret } from "./prompt.ts";

const LIMIT = 64 * 1024;
const VARIABLE = "TOUCAN_PASSWORD";

const user = parsed("USER[:PASSWORD]", "a user, with or without a password", (text) => {
  if (text === "" || text.startsWith(":")) throw new UsageError("the user is missing");
  return text;
});

const BETTER = `the password rather from a file, ${VARIABLE} or a prompt`;

/** Options that say who somebody is. */
export const USER = {
  "user": option(user, `who you are (${BETTER})`, { short: "u", needs: () => ({ env: ["TOUCAN_*"] }) }),
  "password-file": option(file, "the file whose first line is the password", {
    reads: true,
    startup: true,
    with: ["user"],
  }),
} satisfies Options;

/** The same for a server. */
export const SERVER_USER = {
  ...USER,
  "user": { ...USER.user, help: `let in only who gives this user and password (${BETTER})` },
} satisfies Options;

/**
 * Who somebody is and what proves it; undefined where nobody was named.
 *
 * @throws {UsageError} When there is a user without a password.
 * @throws {SystemError} When the file cannot be read.
 */
export async function credentialsOf(
  options: Values<typeof USER>,
): Promise<{ readonly user: string; readonly password: string } | undefined> {
  const { user: given, "password-file": path } = options;
  if (given === undefined) return undefined;
  const [, user = "", password] = /^([^:]*)(?::(.*))?$/s.exec(given) ?? [];
  if (path !== undefined) return { user, password: await firstLine(path) };
  const found = password ?? readVariable(VARIABLE);
  if (found !== undefined) return { user, password: found };
  const typed = canPrompt() ? await promptSecret(`password of ${showUntrusted(user)}: `) : undefined;
  if (typed !== undefined) return { user, password: typed };
  throw new UsageError(`the password of ${user} is missing`, { hint: `give --password-file, or set ${VARIABLE}` });
}

/**
 * A secret that belongs to nobody by name: the first line of a file, or what the variable holds when no file is named.
 *
 * @throws {SystemError} When the file cannot be read, or its first line is empty.
 */
export async function secretOf(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) {
    const asked = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
    return asked.state === "granted" ? readVariable(VARIABLE) || undefined : undefined;
  }
  const line = await firstLine(path);
  if (line !== "") return line;
  throw new SystemError(`${path} has no password in its first line`, { code: "no-password" });
}

async function firstLine(path: string): Promise<string> {
  try {
    const { size } = await Deno.stat(path);
    if (size > LIMIT) throw new UsageError(`${path} is too large for a password`);
    return (await Deno.readTextFile(path)).split(/\r?\n/, 1)[0] ?? "";
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  } finally {
    releasePaths(path);
  }
}
