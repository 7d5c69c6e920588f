/** A documentation comment as `deno doc --json` gives it. */
export interface DocComment {
  readonly doc?: string;
  readonly tags?: readonly { readonly kind: string; readonly name?: string; readonly doc?: string }[];
}

/** A parameter of a function; a destructured one has no name. */
export interface Parameter {
  readonly name?: string;
}

/** A type; of a reference such as `Promise<void>` with its parameters. */
export interface TypeNode {
  readonly repr?: string;
  readonly kind?: string;
  readonly value?: { readonly typeParams?: readonly TypeNode[] };
}

/** Parameters and result of a function. */
export interface Callable {
  readonly params: readonly Parameter[];
  readonly hasBody?: boolean;
  readonly returnType?: TypeNode;
}

/** A property of an interface. */
export interface Property {
  readonly name: string;
  readonly optional?: boolean;
  readonly jsDoc?: DocComment;
}

/** One declaration of an exported symbol; an overloaded function has several. */
export interface Declaration {
  readonly kind: string;
  readonly location: { readonly filename: string; readonly line: number };
  readonly jsDoc?: DocComment;
  readonly def?: Partial<Callable> & { readonly properties?: readonly Property[] };
}

/** An exported symbol. */
export interface ExportedSymbol {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

/** Runs `deno doc` on an entry point and returns what it exports. Permissions: run, read. */
export async function exportedSymbols(entry: string, cwd: string): Promise<ExportedSymbol[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", "--json", entry],
    cwd,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly nodes: Readonly<Record<string, { readonly symbols: readonly ExportedSymbol[] }>>;
  };
  return Object.values(nodes).flatMap(({ symbols }) => symbols);
}
