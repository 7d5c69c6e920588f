import { assertEquals, assertStringIncludes } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { startNginx } from "../kit/nginx.ts";
import { peerTest } from "../kit/peer.ts";
import { allNames } from "../kit/served.ts";
import { startTool, toolArgs, watch } from "../kit/tool.ts";

const FILES = ["a.txt", "sub/b c.txt", "sub/deep/ü #?.txt"];

/** `file serve` over some files. */
async function site(folder: string, ...args: readonly string[]) {
  const root = `${folder}/files`;
  for (const name of FILES) {
    await Deno.mkdir(`${root}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/${name}`, name);
  }
  const tool = await startTool("file", ["serve", "--port", "0", ...args, root]);
  const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
  return { root, url, tool, [Symbol.asyncDispose]: () => tool[Symbol.asyncDispose]() };
}

async function run(program: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

peerTest(
  "file serve: behind nginx, below a path, with a name that is allowed",
  ["nginx", "curl"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder, "--upload", "--allow-host", "files.example", "--trust-proxy", "loopback");
      const pass = (path: string, more: string) =>
        `location ${path} { proxy_pass ${served.url}; proxy_set_header Host $http_host;
       proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Host $http_host;
       proxy_set_header X-Forwarded-Proto $scheme; ${more} }`;
      await Deno.mkdir(`${folder}/root`);
      const more = pass("/", "") + pass("/pub/", "proxy_set_header X-Forwarded-Prefix /pub;");
      await using front = await startNginx(folder, { more });
      const ask = async (path: string, ...args: readonly string[]) => {
        const format = "\n%{http_code} %header{location}";
        const name = ["-H", "Host: files.example"];
        const { out } = await run("curl", "-sS", "-w", format, ...name, ...args, `${front.url}${path}`);
        const at = out.lastIndexOf("\n");
        return [out.slice(at + 1).trim(), out.slice(0, at)] as const;
      };
      assertEquals(await ask("a.txt", "-H", "X-Forwarded-For: 192.0.2.9"), ["200", "a.txt"]);
      await served.tool.stderrMatch(/ 192\.0\.2\.9 "GET \/a\.txt /);
      assertEquals((await ask("pub/a.txt"))[0], "200");
      assertEquals((await ask("pub/sub"))[0], "301 /pub/sub/");
      assertEquals((await ask("sub"))[0], "301 /sub/");
      assertStringIncludes((await ask("pub/sub/deep/"))[1], '<a href="../../">files</a>');
      const evil = await run("curl", "-sS", "-H", "Host: evil.example", `${front.url}a.txt`);
      assertEquals(
        evil.out,
        "421 Misdirected Request: host name not allowed; use localhost or the address of the server\n",
      );
      const form = ["-F", `file=@${served.root}/a.txt;filename=new.txt`];
      assertEquals(await ask("pub/", ...form), ["201", '{"saved":["new.txt"]}\n']);
      assertEquals((await ask("pub/", ...form, "-H", "Origin: http://evil.example"))[0], "403");
      assertEquals(
        (await ask("pub/sub/", ...form, "-H", "Origin: http://files.example", "-H", "Accept: text/html"))[0],
        "303 /pub/sub/",
      );
    }),
);

peerTest(
  "file serve: rclone copies a tree, also from a URL with slashes and dots too many",
  ["rclone"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder);
      const copied: readonly (readonly [url: string, from: string, names: readonly string[]])[] = [
        [served.url, ":http:", ["a.txt", "sub/", "sub/b c.txt", "sub/deep/", "sub/deep/ü #?.txt"]],
        [`${served.url}/./sub//`, ":http:", ["b c.txt", "deep/", "deep/ü #?.txt"]],
      ];
      for (const [at, [url, from, names]] of copied.entries()) {
        const { code, err } = await run(
          "rclone",
          "copy",
          "--config",
          `${folder}/none`,
          "--http-url",
          url,
          from,
          `${folder}/${at}`,
        );
        assertEquals<unknown>([code, allNames(`${folder}/${at}`)], [0, names], err);
      }
      await Deno.mkdir(`${served.root}/many`);
      for (let i = 0; i < 1200; i++) await Deno.writeTextFile(`${served.root}/many/${i}`, "");
      const { out } = await run(
        "rclone",
        "lsf",
        "--config",
        `${folder}/none`,
        "--http-url",
        `${served.url}many`,
        ":http:",
      );
      assertEquals(out.split("\n").length, 1201);
    }),
);

peerTest(
  "file serve: forms of curl, with names in both ways of escaping",
  ["curl"],
  () =>
    withFolder(async (folder) => {
      await using served = await site(folder, "--upload");
      await Deno.writeTextFile(`${folder}/x`, "\r\n--");
      const send = async (...args: readonly string[]) =>
        (await run("curl", "-sS", "-w", "%{http_code}", ...args, served.url)).out;
      const file = (name: string) => `f=@${folder}/x;filename="${name}"`;
      assertEquals(await send("-F", file("one"), "-F", "note=hi", "-F", file("two")), '{"saved":["one","two"]}\n201');
      assertEquals(await send("-F", file('ü \\"q\\".txt')), '{"saved":["ü \\"q\\".txt"]}\n201');
      assertEquals(await send("--form-escape", "-F", file('e \\"q\\".txt')), '{"saved":["e \\"q\\".txt"]}\n201');
      // Several files of one field are multipart/mixed to curl.
      for (const name of ["m1", "m2"]) await Deno.writeTextFile(`${folder}/${name}`, name);
      assertEquals(await send("-F", `f=@${folder}/m1,${folder}/m2`), '{"saved":["m1","m2"]}\n201');
      assertEquals(
        await send("-F", file("same"), "-F", file("same")),
        "400 Bad Request: the form contains two files with the same name\n400",
      );
      assertEquals(await send("-F", "note=hi"), "400 Bad Request: the form contains no file\n400");
      assertEquals(await Deno.readTextFile(`${served.root}/two`), "\r\n--");
    }),
);

peerTest(
  "file serve: what the system does not let it read is 403, never 500",
  ["setpriv"],
  () =>
    withFolder(async (folder) => {
      const root = `${folder}/files`;
      await Deno.mkdir(`${root}/closed`, { recursive: true });
      await Deno.mkdir(`${root}/listed`);
      for (const name of ["closed/a", "file", "listed/a"]) await Deno.writeTextFile(`${root}/${name}`, "x");
      await Deno.symlink("closed/a", `${root}/link`);
      await Deno.symlink("loop", `${root}/loop`);
      for (const name of ["closed", "file", "listed/a"]) await Deno.chmod(`${root}/${name}`, 0);
      const { program, args } = await toolArgs("file", ["serve", "--port", "0", "--quiet", root]);
      // Root without the capability to ignore permissions of folders.
      const as = Deno.uid() === 0
        ? ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
        : ["--nnp"];
      const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
      await using tool = watch(new Deno.Command("setpriv", { args: [...as, program, ...args], ...piped }).spawn());
      const [, url = ""] = await tool.stderrMatch(/listening on (\S+)\n/);
      const cases: readonly (readonly [path: string, status: number])[] = [
        ["", 200],
        ["closed/", 403],
        ["closed", 301],
        ["closed/a", 403],
        ["closed/none", 403],
        ["closed/?list=json", 403],
        ["file", 403],
        ["file?list=json", 403],
        ["file/x", 404],
        ["link", 404],
        ["loop", 404],
        ["listed/?list=json&digest=sha256", 200],
        ["n".repeat(300), 404],
      ];
      for (const [path, status] of cases) {
        const response = await fetch(`${url}${path}`, { redirect: "manual" });
        await response.body?.cancel();
        assertEquals(response.status, status, path);
      }
      await Deno.chmod(`${root}/closed`, 0o700);
    }),
);
