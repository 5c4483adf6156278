// HTML as browsers take it apart: what is no part of a tag there must be read here, or a number could hide in it.

import { describe, expect, it } from "vitest";
import { readingOf } from "./extism-host.ts";
import { decodeReading } from "./reader-view.ts";

/** All ways in which the reader reads an HTML text that stands in one payload. */
async function readAs(html: string): Promise<string[]> {
  const reading = await readingOf({ action: { surface: "x", payload: { html: `<hr>${html}` } } });
  return decodeReading(reading)
    .segments.filter(({ origin, depth }) => origin === "html" && depth === 1)
    .map(({ plain }) => plain.replace(/^\n/, ""));
}

describe("the reader", () => {
  it.each([
    ["gua<i></i>ran<x-y>tee", "guarantee"],
    ["one<br/>two<p>three</P>", "one\ntwo\nthree\n"],
    ["a<!-- x y -->b<!-->c<!--->d<!-- --!>e", "abcde"],
    ["<!doctype html>a</>b<?php x?>c</ x>d<a.b>e", "abcde"],
    ["1 < 2 & 3 <> 4", "1 < 2 & 3 <> 4"],
    ["never closed <b title='", "never closed <b title='"],
    ["&#65;&#x42;&#0000067;&#x0000044&amp;&lt;", "ABCD&<"],
    ["a&shy;b&zwj;c&nbsp;d&hyphen;e", "abc d-e"],
    ["12&shy3&nbsp45 &constructor; &nosuch; &not1", "123 45 &constructor; &nosuch; ¬1"],
  ])("reads %j", async (html, text) => expect(await readAs(html)).toContain(text));

  it.each([
    ['12<i title=">">3', "123"],
    ["12<i title = '>'>3", "123"],
    ['12<i a=b">3<i ">4', "1234"],
    ['12<b =">3">', '123">'],
    ['12<b=">3">', '123">'],
    ['12<i a=x/b=">3">', '123">'],
    ['12<i a="x"=">3">', '123">'],
    ["12<i a=>3", "123"],
    ['12<i a=\u000b">3">', '123">'],
  ])("takes a quote for one only where a browser does: %j", async (html, text) =>
    expect(await readAs(html)).toContain(text),
  );

  it.each([
    ["12<b a=\uff02>3\uff02>", '123">'],
    ['12<b a=\u00a0">3">', '123">'],
    ["12<!\uff0d\uff0d x >3 \uff0d\uff0d>", "123 -->"],
  ])("takes look-alikes of quotes and dashes for none, too: %j", async (html, text) =>
    expect(await readAs(html)).toContain(text),
  );

  it.each([
    ['code: <img src="x" alt="s&#119;ordfish">.', "code: swordfish."],
    ["<b>code</b>=<input value='sword fish' type=text>;", "code=sword fish;"],
    ["the <a href=x title=sword>fish</a>", "the swordfish"],
    ['pay <span aria-label="now&amp;here"></span>!', "pay now&here!"],
    ['a <img alt=""> b', "a  b"],
    ["a <i default=1>b</i>", "a b"],
  ])("reads what is seen in a tag's place: %j", async (html, text) =>
    expect(await readAs(html)).toContain(text),
  );
});
