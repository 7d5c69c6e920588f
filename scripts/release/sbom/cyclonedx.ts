import { createHash } from "node:crypto";
import { LICENCE, REPOSITORY, SUMMARY } from "../project.ts";
import type { Package } from "./packages.ts";

/** Contents of a release for its bill of materials. */
export interface Materials {
  readonly version: string;
  readonly time: Date;
  /** Version of the runtime in the executables. */
  readonly runtime: string;
  /** Keys of the packages that the tools import themselves. */
  readonly direct: readonly string[];
  /** All packages by key. */
  readonly packages: ReadonlyMap<string, Package>;
}

/** Returns the bill of materials of a release as JSON of CycloneDX 1.6. The same materials give the same text. */
export function cycloneDx(materials: Materials): string {
  const { version, time, runtime, direct, packages } = materials;
  const own = `pkg:github/${REPOSITORY.replace("https://github.com/", "")}@v${version}`;
  const deno = `pkg:github/denoland/deno@v${runtime}`;
  const refs = new Map([...packages].map(([key, found]) => [key, purl(found)]));
  const refsOf = (keys: readonly string[]) => keys.map((key) => refs.get(key)).filter((ref) => ref !== undefined);
  const bom = {
    metadata: {
      timestamp: time.toISOString().replace(".000", ""),
      component: {
        "type": "application",
        "bom-ref": own,
        "name": "toucan",
        version,
        "description": SUMMARY,
        "licenses": licences(LICENCE),
        "purl": own,
        "externalReferences": [{ type: "vcs", url: REPOSITORY }],
      },
    },
    components: [
      {
        "type": "platform",
        "bom-ref": deno,
        "name": "deno",
        "version": runtime,
        "description": "Runtime in the executables",
        "licenses": licences("MIT"),
        "purl": deno,
      },
      ...[...packages].map(([key, found]) => component(found, refs.get(key) ?? "")),
    ],
    dependencies: [
      { ref: own, dependsOn: [deno, ...refsOf(direct)] },
      { ref: deno },
      ...[...packages].map(([key, { dependencies }]) => ({
        ref: refs.get(key),
        ...(dependencies.length > 0 ? { dependsOn: refsOf(dependencies) } : {}),
      })),
    ],
  };
  const head = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}`,
    version: 1,
  };
  return `${JSON.stringify({ ...head, ...bom }, null, 2)}\n`;
}

function component({ name, version, hash, licence }: Package, ref: string) {
  const [scope, bare] = name.startsWith("@") ? name.split("/") : [undefined, name];
  return {
    "type": "library",
    "bom-ref": ref,
    ...(scope === undefined ? {} : { group: scope }),
    "name": bare,
    version,
    "scope": "required",
    ...(hash ? { hashes: [hash] } : {}),
    ...(licence === undefined ? {} : { licenses: licences(licence) }),
    "purl": ref,
  };
}

/** Returns a licence by its SPDX identifier, or an expression of several. */
function licences(licence: string): object[] {
  return [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }];
}

/** Returns the package URL, in which the `@` of a scope is escaped. */
function purl({ name, version }: Package): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** Returns a UUID (version 8 of RFC 9562: of our own making) that depends on the text only. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
    .join("-");
}
