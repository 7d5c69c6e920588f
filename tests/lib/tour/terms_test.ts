import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Output } from "../../../lib/cli/mod.ts";
import { tourPage } from "../../../lib/tour/mod.ts";
import { PrintedStage, type StageEvent } from "../../../lib/tour/stage.ts";
import { TERMS } from "../../../lib/tour/terms.ts";
import { type TourOutput, walkTour } from "../../../lib/tour/walk.ts";

function memory() {
  const printed: Uint8Array[] = [];
  const writeSync = (bytes: Uint8Array) => {
    printed.push(bytes.slice());
    return bytes.length;
  };
  const sink = { writeSync, isTerminal: () => false };
  const text = () => printed.map((bytes) => new TextDecoder().decode(bytes)).join("");
  return { sink, text };
}

Deno.test("tour: each term is explained once, where it first appears", async () => {
  const { sink } = memory();
  const output: TourOutput = new Output({ stdout: sink, stderr: sink });
  const legs = await walkTour(output, new AbortController().signal);
  const events = legs.flatMap(({ events }) => events);
  assertEquals(legs.filter(({ error }) => error !== undefined), []);
  for (const { name, appears } of TERMS) {
    const shown = (event: StageEvent) => (event.kind === "wire" || event.kind === "say") && appears.test(event.text);
    const first = events.findIndex(shown);
    assert(first >= 0, `${name} does not appear`);
    const explained = events.flatMap((event, i) => event.kind === "term" && event.name === name ? [i] : []);
    assertEquals(explained.length, 1, name);
    const [at = 0] = explained;
    assert(at > first && events.slice(first + 1, at).every(({ kind }) => kind === "term"), name);
  }
  const page = tourPage(legs, new Date(0));
  for (const { name } of TERMS) assertStringIncludes(page, `<dfn>${name}</dfn>`);
  for (const layer of ["application: HTTP", "data connection, port ", "transport: TCP", "application: IRC"]) {
    assertStringIncludes(page, `<span class="layer">${layer}`);
  }
  assertEquals(/<script|<[^>]* on\w+=|"javascript:/i.test(page), false);
});

Deno.test("tour: what a peer sends cannot act on a terminal or a page", () => {
  const { sink, text } = memory();
  const output = new Output({ stdout: sink, stderr: sink });
  const stage = new PrintedStage(output, new AbortController().signal);
  const hostile = `\x1b[2J<script>alert(1)</script>\r\n${"x".repeat(5000)}`;
  stage.wire("server", "client", hostile);
  stage.say(hostile.slice(0, 40));
  stage.show(hostile);
  output.flush();
  assertEquals(text().includes("\x1b"), false);
  const leg = { tool: "get", title: "t", claims: 0, ms: 1, left: false, events: stage.events };
  const page = tourPage([leg], new Date(0));
  assertEquals(page.includes("<script>"), false);
  assertEquals(page.includes("\x1b"), false);
});
