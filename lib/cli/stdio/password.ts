import { readVariable } from "../../core/environment.ts";
import { UsageError } from "../../core/errors/errors.ts";
import { isBlank } from "../../core/login_limit.ts";
import { fromSystem } from "../../core/errors/system_error.ts";
import { decodeText, textLines } from "../../core/system/text.ts";
import { showUntrusted } from "../../core/untrusted.ts";
import { file, parsed } from "../grammar/kind.ts";
import { releasePaths } from "../sandbox/drop_permissions.ts";
import { option, type Options, type Values } from "../grammar/option.ts";
import { canPrompt, promptSecret } from "./prompt.ts";

const MAX_FILE_BYTES = 64 * 1024;
const VARIABLE = "TOUCAN_PASSWORD";

const user = parsed("USER[:PASSWORD]", "a user name, with or without a password", (text) => {
  if (text === "" || text.startsWith(":")) throw new UsageError("the user name is missing");
  return text;
});

const PASSWORD_ADVICE =
  `For the password prefer --password-file, the variable ${VARIABLE} or the prompt: other users can read the command line.`;

/** Options for the credentials of a client. */
export const USER = {
  "user": option(user, "user name", {
    short: "u",
    group: "authentication",
    more: PASSWORD_ADVICE,
    needs: () => ({ env: ["TOUCAN_*"] }),
  }),
  "password-file": option(file, "file whose first line is the password", {
    group: "authentication",
    reads: true,
    startup: true,
    with: ["user"],
  }),
} satisfies Options;

/** Options for the credentials that a server requires. */
export const SERVER_USER = {
  ...USER,
  "user": {
    ...USER.user,
    help: "require this user name and a password",
    more: `${PASSWORD_ADVICE} After 10 failed logins from one address, one is accepted every 6 seconds.`,
  },
} satisfies Options;

/** User name and password. */
export interface GivenCredentials {
  /** User name. */
  readonly user: string;
  /** Password. */
  readonly password: string;
}

/**
 * Returns the user name, and the password from the options, a file, the environment or a prompt.
 *
 * @returns Undefined without a user name.
 * @throws {UsageError} If the password is missing, or empty in the file or the environment.
 * @throws {SystemError} If the file cannot be read.
 */
export async function credentialsOf(options: Values<typeof USER>): Promise<GivenCredentials | undefined> {
  const { user: given, "password-file": path } = options;
  if (given === undefined) return undefined;
  const [, user = "", password] = /^([^:]*)(?::(.*))?$/s.exec(given) ?? [];
  if (path !== undefined) return { user, password: await secretFromFile(path) };
  // Empty if given explicitly: some servers expect a token as the user name.
  if (password !== undefined) return { user, password };
  const variable = readVariable(VARIABLE);
  if (variable !== undefined) return { user, password: filled(variable, `${VARIABLE} is empty`) };
  const typed = canPrompt() ? await promptSecret(`password of ${showUntrusted(user)}: `) : undefined;
  if (typed !== undefined) return { user, password: typed };
  throw new UsageError(`the password of ${user} is missing`, { hint: `use --password-file, or set ${VARIABLE}` });
}

/**
 * Returns the credentials that a server requires from its clients, as {@link credentialsOf} finds them.
 *
 * @throws {UsageError} If the password is missing or empty.
 */
export async function serverCredentialsOf(options: Values<typeof USER>): Promise<GivenCredentials | undefined> {
  const found = await credentialsOf(options);
  if (found) filled(found.password, `the password of ${showUntrusted(found.user)} is empty`);
  return found;
}

/**
 * Returns a password without a user name: the first line of a file, or the value of the variable if no file is given. An
 * empty variable is ignored.
 *
 * @throws {UsageError} If the first line of the file is empty.
 * @throws {SystemError} If the file cannot be read.
 */
export async function secretOf(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? secretVariable() || undefined : await secretFromFile(path);
}

/**
 * Returns the password that a server requires from its clients, as {@link secretOf} finds it.
 *
 * @throws {UsageError} If it is empty, also in the variable: that would disable authentication.
 */
export async function serverSecretOf(path: string | undefined): Promise<string | undefined> {
  if (path !== undefined) return await secretFromFile(path);
  const variable = secretVariable();
  return variable === undefined ? undefined : filled(variable, `${VARIABLE} is empty`);
}

function secretVariable(): string | undefined {
  const asked = Deno.permissions.querySync({ name: "env", variable: VARIABLE });
  return asked.state === "granted" ? readVariable(VARIABLE) : undefined;
}

async function secretFromFile(path: string): Promise<string> {
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_FILE_BYTES) throw new UsageError(`${path} is too large for a password`);
    return filled(firstLine(await Deno.readFile(path), path), `the first line of ${path} is empty`);
  } catch (error) {
    throw fromSystem(error, { doing: "read", what: path });
  } finally {
    releasePaths(path);
  }
}

function firstLine(bytes: Uint8Array, path: string): string {
  try {
    return textLines(decodeText(bytes, { fatal: true }))[0] ?? "";
  } catch {
    throw new UsageError(`${path} is not text in UTF-8`);
  }
}

/** Returns a secret, and throws if it has only white space and invisible characters. */
function filled(secret: string, problem: string): string {
  if (!isBlank(secret)) return secret;
  throw new UsageError(problem, { code: "empty-password", hint: "write the password to a file for --password-file" });
}
