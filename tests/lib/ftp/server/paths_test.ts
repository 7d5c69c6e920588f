import { assert, assertEquals } from "@std/assert";
import { ftpServed, RawFtp } from "../../../kit/ftp_served.ts";
import { allNames } from "../../../kit/served.ts";

const DOTS = ["..", "...", "....", "..;", "%2e%2e", ". .", "..\u00a0", "\u2025", "..\u200b", "\uff0e\uff0e"];
const SLASHES = ["/", "//", "/./", "\\", "%2f", "%5c", "\u2215", "\u29f8"];

/** Returns paths that lead out of the root if they are joined, decoded or truncated in some other way. */
function hostilePaths(top: string): string[] {
  const made = DOTS.flatMap((dots) =>
    SLASHES.flatMap((slash) => [
      `${dots}${slash}secret`,
      `/${dots}${slash}secret`,
      `dir${slash}${dots}${slash}${dots}${slash}secret`,
    ])
  );
  return [
    ...made,
    `${top}/secret`,
    `/${top}/secret`,
    `//${top}/secret`,
    `file://${top}/secret`,
    ...["link", "link/", "out/secret", "out", "out/", "chain", "up/secret", "up/../secret", "self/secret"],
    ...[".hidden", "dir/.hidden", ".git/config", "to-hidden", "pipe", "pipe/"],
    ...["/dev/zero", "/etc/passwd", "/proc/self/environ", "~root", "~", "$HOME", "*", "?", "[a-z]*"],
    ...["C:/secret", "C:\\secret", "CON", "NUL", "a.txt:stream", "a.txt::$DATA", "\\\\server\\share"],
    ...["../root/../secret", "dir/../../secret", "a.txt/../../secret", "a.txt/..", "../", "..", "../..", "-la ../"],
    ...["-la ..", "-a /../", "- ..", "|cat /etc/passwd", "a.txt\x01", "\x1b]0;x\x07", `"${top}/secret"`],
    "../".repeat(50) + "etc/passwd",
    "a/".repeat(300),
    "x".repeat(300),
    "x".repeat(3900),
  ];
}

const PLAIN = ["CWD", "XCWD", "SIZE", "MDTM", "MLST", "HASH", "XSHA256", "STAT", "DELE", "RNFR", "MKD", "RMD"];
const SENDING = ["RETR", "LIST", "NLST", "MLSD"];

Deno.test("FTP server: more than 280 paths in every command, and none leads out of the root", async () => {
  await using site = await ftpServed({
    "a.txt": "A",
    "dir/b.txt": "B",
    ".hidden": "SECRET",
    "dir/.hidden": "SECRET",
    ".git/config": "SECRET",
  }, { upload: true });
  const { root, top, ftpPort } = site;
  const links = {
    "link": `${top}/secret`,
    "out": top,
    "chain": "link",
    "up": "..",
    "self": "self",
    "to-hidden": ".hidden",
  };
  // An upload may take the place of a link.
  const restore = () => {
    for (const [name, target] of Object.entries(links)) {
      Deno.removeSync(`${root}/${name}`);
      Deno.symlinkSync(target, `${root}/${name}`);
    }
  };
  for (const [name, target] of Object.entries(links)) Deno.symlinkSync(target, `${root}/${name}`);
  await new Deno.Command("mkfifo", { args: [`${root}/pipe`] }).output();
  const paths = hostilePaths(top);
  assert(paths.length > 280, `${paths.length}`);
  let client = await RawFtp.login(ftpPort);
  try {
    for (const [i, path] of paths.entries()) {
      // Not all failures in a row: the server would close.
      if (i % 3 === 0) {
        client[Symbol.dispose]();
        client = await RawFtp.login(ftpPort);
      }
      for (const verb of PLAIN) {
        const reply = await client.ask(octetsOf(`${verb} ${path}`));
        assert(
          reply !== "" && !/SECRET|root:|^213 14$|(?:^|[ \/])root$|config/m.test(reply.replace(octetsOf(path), "")),
          `${verb} ${path}: ${reply}`,
        );
        assertEquals((await client.ask("CWD /")).slice(0, 3), "250");
      }
      for (const verb of SENDING) {
        const { data, reply } = await client.receive(`${verb} ${path}`);
        assert(!/SECRET|root:|(?:^|[ \/])root\r|config/m.test(data), `${verb} ${path}: ${data}`);
        assert(/^(?:2|5)\d\d /.test(reply), `${verb} ${path}: ${reply}`);
      }
      const sent = await client.send(`STOR ${path}`, "mine");
      assert(/^(?:226|5\d\d) /.test(sent), `STOR ${path}: ${sent}`);
      assertEquals(Deno.readTextFileSync(`${top}/secret`), "SECRET outside", path);
      assertEquals([...Deno.readDirSync(top)].map(({ name }) => name).sort(), ["root", "secret"], path);
      restore();
    }
    assertEquals(Deno.readTextFileSync(`${root}/.hidden`), "SECRET");
    assertEquals(allNames(root).filter((name) => name.startsWith(".git/")), [".git/", ".git/config"]);
  } finally {
    client[Symbol.dispose]();
  }
});

Deno.test("FTP server: a rename leads to no other place than an upload", async () => {
  await using site = await ftpServed({ "dir/": "" }, { upload: true });
  const { root, top, ftpPort } = site;
  await Deno.symlink(top, `${root}/out`);
  using client = await RawFtp.login(ftpPort);
  assertEquals((await client.send("STOR mine", "mine")).slice(0, 3), "226");
  for (const to of ["out/x", "../../x", ".x", "dir", "a\x01/b", "/", "none/x", ".toucan-0123456789abcdef.part"]) {
    assertEquals(await client.code("RNFR mine"), 350);
    const code = await client.code(`RNTO ${to}`);
    // A path above the root is the root.
    if (to === "../../x") {
      assertEquals([code, await client.code("RNFR x"), await client.code("RNTO mine")], [250, 350, 250]);
    } else assert(code >= 500, `${to}: ${code}`);
  }
  assertEquals([...Deno.readDirSync(top)].map(({ name }) => name).sort(), ["root", "secret"]);
});

Deno.test("FTP server: a folder that becomes a link while it is used leads nowhere", async () => {
  await using site = await ftpServed({ "dir/secret": "mine" }, { upload: true });
  const { root, top, ftpPort } = site;
  let stop = false;
  const swap = async () => {
    while (!stop) {
      await Deno.rename(`${root}/dir`, `${root}/gone`);
      await Deno.symlink(top, `${root}/dir`);
      await Deno.remove(`${root}/dir`);
      await Deno.rename(`${root}/gone`, `${root}/dir`);
    }
  };
  const swapping = swap();
  using client = await RawFtp.login(ftpPort);
  const found = new Set<string>();
  for (let time = 0; time < 300; time++) {
    const { data, reply } = await client.receive("RETR dir/secret");
    found.add(data === "" ? reply.slice(0, 3) : data);
    await client.send(`STOR dir/new${time % 3}`, "new");
    await client.ask("NOOP");
  }
  stop = true;
  await swapping;
  assertEquals([...found].filter((text) => text !== "mine" && text !== "550"), []);
  assertEquals([...Deno.readDirSync(top)].map(({ name }) => name).sort(), ["root", "secret"]);
  assertEquals(Deno.readTextFileSync(`${top}/secret`), "SECRET outside");
});

/** Text as UTF-8, one character for each byte. */
function octetsOf(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
