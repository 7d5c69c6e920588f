import { assert, assertEquals } from "@std/assert";
import { readAccountName } from "../../../../lib/chat/codec/account_name.ts";
import { isNick } from "../../../../lib/chat/codec/names.ts";
import { skeletonOf } from "../../../../lib/chat/account/skeleton.ts";

/** Three letters of each script that names of accounts may have. */
const ACCEPTED =
  "abc ͱͳͷ абв ՠաբ אבג ؠءآ ހށނ ऄअआ অআই ਅਆਇ અઆઇ ଅଆଇ ஃஅஆ అఆఇ ಀಅಆ ഄഅആ අආඇ กขฃ ກຂຄ ༀཀཁ ကခဂ აბგ ሀሁሂ កខគ ぁあぃ " +
  "ァアィ ㄅㄆㄇ 㐀㐁㐂 가각갂";
/** Letters of scripts that are not in widespread modern use, or only decomposed. */
const REFUSED =
  "ܐܒܓ ᄀᄁᄂ ᏸᏹᏺ ᐁᐂᐃ ᚁᚂᚃ ᚠᚡᚢ ᠠᠡᠢ ꀀꀁꀂ 𐌰𐌱𐌲 𐐨𐐩𐐪 ᜀᜁᜂ ᤀᤁᤂ 𐀀𐀁𐀂 𐎀𐎁𐎂 𐑐𐑑𐑒 𐠀𐠁𐠂 ᨀᨁᨂ ϣϥϧ ⰰⰱⰲ ⴰⴱⴲ ᬅᬆᬇ 𒀀𒀁𒀂 𐤀𐤁𐤂 ߊߋߌ ᰀᰁᰂ ꔀꔁꔂ ꢂꢃꢄ ꦄꦅꦆ 𞤢𞤣𞤤 𐓘𐓙𐓚";
const LATIN = "abc";
/** Scripts that are written together with Chinese characters. */
const WITH_HAN = ["ぁあぃ", "ァアィ", "ㄅㄆㄇ", "가각갂"];

/** Names that look like another one, which then cannot be registered beside it. */
const LOOK_ALIKE: readonly (readonly [name: string, other: string])[] = [
  ["paypai", "раураӏ"],
  ["scope", "ѕсоре"],
  ["ooo", "οοο"],
  ["paypal1", "paypall"],
  ["rnodern", "modern"],
];

const isRead = (name: string) => typeof readAccountName(name) !== "string";

Deno.test("account name: 200 names in all scripts", () => {
  let count = 0;
  const expect = (name: string, accepted: boolean) => {
    count++;
    assertEquals([name, isRead(name)], [name, accepted]);
    const read = readAccountName(name);
    // What is accepted is the same when it is read again.
    if (typeof read !== "string") assertEquals(readAccountName(read.key), { name: read.key, key: read.key });
    // Nicknames have letters of ASCII only.
    assertEquals(isNick(name), /^[!-~]+$/.test(name));
  };
  for (const letters of ACCEPTED.split(" ")) {
    const latin = letters === LATIN;
    expect(letters, true);
    expect(`${letters}7`, true);
    expect(letters.toUpperCase(), true);
    expect(`${letters}x`, latin);
    expect(`${letters}ж`, letters === "абв");
    expect(`${letters}\u200b`, false);
    expect(`${letters}漢`, WITH_HAN.includes(letters) || letters === "㐀㐁㐂");
  }
  for (const letters of REFUSED.split(" ")) for (const name of [letters, `x${letters}`]) expect(name, false);
  assert(count > 200, `${count}`);
});

for (const [name, other] of LOOK_ALIKE) {
  Deno.test(`account name: ${other} looks like ${name}`, async () => {
    assertEquals(await skeletonOf(other), await skeletonOf(name));
  });
}
