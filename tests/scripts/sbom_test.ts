import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { cycloneDx } from "../../scripts/release/sbom/cyclonedx.ts";
import { importedPackages, lockedPackages } from "../../scripts/release/sbom/packages.ts";
import { sbom } from "../../scripts/release/sbom/sbom.ts";

const TIME = new Date("2026-11-25T00:00:00Z");
const DIGEST = new Uint8Array(64).fill(171);
const LOCK = {
  specifiers: {},
  npm: {
    "@a/one@1.0.0": { integrity: `sha512-${DIGEST.toBase64()}`, dependencies: ["two", "three@2.0.0"] },
    "two@1.5.0": {},
    "three@1.0.0": {},
    "three@2.0.0": { dependencies: ["two"] },
    "fast-check@4.0.0": {},
  },
};

Deno.test("the bill of materials has what the modules import, and what that imports, from deno.lock", () => {
  const direct = importedPackages([`import x from "npm:@a/one@1.0.0/lib/x.js";\n`, `export * from "npm:two@1.5.0";`]);
  assertEquals(direct, ["@a/one@1.0.0", "two@1.5.0"]);
  const packages = lockedPackages(LOCK, direct);
  assertEquals([...packages].map(([key, { dependencies }]) => [key, dependencies]), [
    ["@a/one@1.0.0", ["three@2.0.0", "two@1.5.0"]],
    ["three@2.0.0", ["two@1.5.0"]],
    ["two@1.5.0", []],
  ]);
  const licensed = new Map(
    [...packages].map(([key, found]) =>
      [key, key === "two@1.5.0" ? { ...found, licence: "(MIT OR Apache-2.0)" } : { ...found, licence: "MIT" }] as const
    ),
  );
  const bom = JSON.parse(cycloneDx({ version: "1.0.0", time: TIME, runtime: "2.9.6", direct, packages: licensed }));
  const [, one, , two] = bom.components;
  assertEquals(one, {
    "type": "library",
    "bom-ref": "pkg:npm/%40a/one@1.0.0",
    "group": "@a",
    "name": "one",
    "version": "1.0.0",
    "scope": "required",
    "hashes": [{ alg: "SHA-512", content: "ab".repeat(64) }],
    "licenses": [{ license: { id: "MIT" } }],
    "purl": "pkg:npm/%40a/one@1.0.0",
  });
  assertEquals(two.licenses, [{ expression: "(MIT OR Apache-2.0)" }]);
  assertEquals(bom.dependencies.at(2), {
    ref: "pkg:npm/%40a/one@1.0.0",
    dependsOn: ["pkg:npm/three@2.0.0", "pkg:npm/two@1.5.0"],
  });
});

Deno.test("the bill of materials refuses a package that deno.lock lacks", () => {
  assertThrows(() => lockedPackages(LOCK, ["four@1.0.0"]), Error, "deno.lock lacks four@1.0.0");
});

Deno.test("the bill of materials of this version has the required fields of CycloneDX, and is the same twice", async () => {
  const text = await sbom("1.0.0", TIME, "2.9.6");
  assertEquals(text, await sbom("1.0.0", TIME, "2.9.6"));
  const bom = JSON.parse(text);
  assertEquals([bom.bomFormat, bom.specVersion, bom.version], ["CycloneDX", "1.6", 1]);
  assertMatch(bom.serialNumber, /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assertEquals(bom.metadata.timestamp, "2026-11-25T00:00:00Z");
  const components = [bom.metadata.component, ...bom.components];
  const refs = components.map((component) => component["bom-ref"]);
  assertEquals(new Set(refs).size, refs.length);
  for (const { type, name, version, hashes = [], licenses } of components) {
    assert(["application", "platform", "library"].includes(type) && name && version, name);
    assert(licenses?.length === 1, `${name} has a licence`);
    for (const { content } of hashes) assertMatch(content, /^[0-9a-f]{128}$/);
  }
  for (const { ref, dependsOn = [] } of bom.dependencies) {
    for (const named of [ref, ...dependsOn]) assert(refs.includes(named), named);
  }
  const names = components.map(({ name }) => name);
  assert(names.includes("parse5") && names.includes("deno"));
  for (const name of ["fast-check", "playwright-core", "ajv"]) assert(!names.includes(name), name);
});
