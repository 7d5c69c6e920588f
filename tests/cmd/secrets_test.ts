import { assertEquals, assertMatch } from "@std/assert";
import { basicAuthorization } from "../../lib/http/mod.ts";
import { withFolder } from "../kit/folder.ts";
import { runTool, startTool } from "../kit/tool.ts";

const SERVERS: readonly (readonly [tool: string, words: readonly string[], user: boolean])[] = [
  ["file", ["serve", "--port", "0"], true],
  ["mail", ["sink", "--port", "0", "--web", "0"], true],
  ["chat", ["serve", "--port", "0", "--web", "0"], false],
];

/** Contents of a file without a password. */
const EMPTY: Readonly<Record<string, string>> = {
  "nothing": "",
  "a newline": "\n",
  "white space": " \t \r\n",
  "an empty first line": "\nsecret\n",
  "a byte order mark": "\ufeff\r\n",
};

for (const [tool, words, user] of SERVERS) {
  const who = user ? ["--user", "me"] : [];
  for (const [what, text] of Object.entries(EMPTY)) {
    Deno.test(`${tool} ${words[0]}: a password file with ${what} exits with 2`, () =>
      withFolder(async (folder) => {
        await Deno.writeTextFile(`${folder}/pw`, text);
        const { code, stdout, stderr } = await runTool(tool, [...words, ...who, "--password-file", `${folder}/pw`]);
        assertEquals([code, stdout], [2, ""]);
        assertMatch(stderr, /^toucan \w+: the first line of .*pw is empty\nhint: .*--password-file/);
      }));
  }
  for (const empty of ["", " "]) {
    Deno.test(`${tool} ${words[0]}: the variable "${empty}" exits with 2`, async () => {
      const { code, stderr } = await runTool(tool, [...words, ...who], { env: { TOUCAN_PASSWORD: empty } });
      assertEquals(code, 2);
      assertMatch(stderr, /TOUCAN_PASSWORD is empty/);
    });
    if (user) {
      Deno.test(`${tool} ${words[0]}: --user "me:${empty}" exits with 2`, async () => {
        const { code, stderr } = await runTool(tool, [...words, "--user", `me:${empty}`]);
        assertEquals(code, 2);
        assertMatch(stderr, /the password of me is empty/);
      });
    }
  }
}

/** Files in the formats of editors and shells, with the same password. */
const FILES: Readonly<Record<string, Uint8Array>> = {
  "LF": new TextEncoder().encode("pässword 1\n"),
  "CR LF": new TextEncoder().encode("pässword 1\r\nmore\r\n"),
  "no line end": new TextEncoder().encode("pässword 1"),
  "a byte order mark": new TextEncoder().encode("\ufeffpässword 1\r\n"),
  "UTF-16, as PowerShell redirects": new Uint8Array(
    Uint16Array.from("\ufeffpässword 1\r\n", (c) => c.charCodeAt(0)).buffer,
  ),
};

for (const [what, bytes] of Object.entries(FILES)) {
  Deno.test(`file serve --password-file: a file with ${what}`, () =>
    withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/pw`, bytes);
      await using tool = await startTool("file", [
        "serve",
        "--port",
        "0",
        "-u",
        "me",
        "--password-file",
        `${folder}/pw`,
        folder,
      ]);
      const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
      const headers = { Authorization: basicAuthorization({ user: "me", password: "pässword 1" }) };
      const response = await fetch(url, { headers });
      await response.body?.cancel();
      assertEquals(response.status, 200);
    }));
}

Deno.test("file serve --password-file: a file that is not text exits with 2", () =>
  withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/pw`, new Uint8Array([0x70, 0xff, 0x70]));
    const { code, stderr } = await runTool("file", [
      "serve",
      "--port",
      "0",
      "-u",
      "me",
      "--password-file",
      `${folder}/pw`,
    ]);
    assertEquals(code, 2);
    assertMatch(stderr, /pw is not text in UTF-8/);
  }));

Deno.test("get --user NAME: sends an empty password that is given explicitly", async () => {
  const seen: (string | null)[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    seen.push(request.headers.get("authorization"));
    return new Response("x");
  });
  const { code } = await runTool("get", ["-u", "token:", `http://127.0.0.1:${server.addr.port}/`]);
  assertEquals([code, seen], [0, [basicAuthorization({ user: "token", password: "" })]]);
});
