/** Returns the skeleton of a name (UTS #39 §4): two names with the same one look alike. Loads the data at the first call. */
export async function skeletonOf(key: string): Promise<string> {
  const { prototypes } = await import("../../deps/confusables.ts");
  const once = prototypes(key.normalize("NFD")).normalize("NFD");
  // Prototypes have letters of both cases, and names are compared without: `O` is that of zero.
  return prototypes(once.toLowerCase()).normalize("NFD");
}
