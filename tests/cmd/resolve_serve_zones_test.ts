import { assertEquals, assertStringIncludes } from "@std/assert";
import { withFolder } from "../kit/folder.ts";
import { runTool, startTool } from "../kit/tool.ts";
import { EVERY_TYPE_FILE, everyRecord } from "../kit/every_type.ts";

const ZONE = [
  "$ORIGIN example.test.",
  "@ 60 SOA ns admin 7 2 3 4 5",
  "@ NS ns",
  "ns A 192.0.2.53",
  "www A 192.0.2.80",
  "*.wild A 192.0.2.99",
].join("\n") + "\n";

/** Returns what `resolve` prints of a question to a server. */
async function short(address: string, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await runTool("resolve", ["--server", address, "--short", ...words]);
  return stdout + stderr;
}

Deno.test("resolve serve: words, hosts files and zones in this order, and aliases across them", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/zone`, ZONE);
    await Deno.writeTextFile(`${folder}/hosts`, "192.0.2.1 app.test printer.test\n192.0.2.2 www.example.test\n");
    const words = ["--port", "0", "--zone", `${folder}/zone`, "--hosts", `${folder}/hosts`];
    const names = ["app.test=127.0.0.1", "*.dev.test=127.0.0.2,::1", "web.test=www.wild.example.test"];
    await using server = await startTool("resolve", ["serve", ...words, ...names]);
    const [, address = ""] = await server.stderrMatch(/listening on udp:\/\/(\S+)\n/);
    const asked = ["app.test", "a.b.dev.test", "printer.test", "www.example.test", "x.wild.example.test", "web.test"];
    assertEquals((await short(address, "--ordered", "--type", "A", ...asked)).split("\n"), [
      ...["127.0.0.1", "127.0.0.2", "192.0.2.1", "192.0.2.2", "192.0.2.99"],
      ...["www.wild.example.test.", "192.0.2.99", ""],
    ]);
    assertEquals(await short(address, "192.0.2.1"), "printer.test\n");
    assertStringIncludes(await short(address, "app.test", "--type", "MX"), "no MX");
    assertStringIncludes(await short(address, "example.test", "--axfr"), "REFUSED");
    server.process.kill("SIGTERM");
    assertEquals(await server.code, 0);
  });
});

Deno.test("resolve serve --transfer: a zone of every type arrives as it is", async () => {
  const words = ["--port", "0", "--zone", EVERY_TYPE_FILE, "--transfer", "loopback"];
  await using server = await startTool("resolve", ["serve", ...words]);
  const [, address = ""] = await server.stderrMatch(/listening on udp:\/\/(\S+)\n/);
  const { code, stdout } = await runTool("resolve", ["--server", address, "--json", "--axfr", "types.test"]);
  assertEquals([code, JSON.parse(stdout).records.length], [0, everyRecord.length]);
  server.process.kill("SIGTERM");
  assertEquals(await server.code, 0);
});

Deno.test("resolve serve: files with faults are refused, with the place of each", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/zone`, `${ZONE}bad A 192.0.2.256\nbad MX mail\n`);
    await Deno.writeTextFile(`${folder}/hosts`, "127.0.0.1 ok\n127.0.0.256 bad\n");
    const zone = await runTool("resolve", ["serve", "--port", "0", "--zone", `${folder}/zone`]);
    assertEquals(zone.code, 2);
    assertStringIncludes(zone.stderr, `${folder}/zone:7:7: `);
    assertStringIncludes(zone.stderr, `${folder}/zone:8:8: `);
    const hosts = await runTool("resolve", ["serve", "--port", "0", "--hosts", `${folder}/hosts`]);
    assertEquals(hosts.code, 2);
    assertStringIncludes(hosts.stderr, `${folder}/hosts:2:1: invalid address "127.0.0.256"`);
    const word = await runTool("resolve", ["serve", "--port", "0", "app.test=127.0.0.256"]);
    assertEquals(word.code, 2);
    assertStringIncludes(word.stderr, 'invalid address "127.0.0.256"');
  });
});
