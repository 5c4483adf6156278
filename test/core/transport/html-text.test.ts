import { describe, expect, it } from "vitest";
import { htmlText } from "../../../core/transport/html-text.ts";

describe("htmlText", () => {
  it.each([
    ["no <b>tags</b>", "no tags"],
    ["gua<i></i>ran<x-y>tee", "guarantee"],
    ["one<br/>two<p>three</P>", "one\ntwo\nthree\n"],
    ["a<!-- x > y -->b<!-->c<!--->d<!-- --!>e", "abcde"],
    ["<!doctype html>a</>b<?php x?>c", "abc"],
    ["1 < 2 & 3 <> 4", "1 < 2 & 3 <> 4"],
    ["never closed <b title='", "never closed <b title='"],
    ["&#65;&#x42;&#0000067;&#x0000044&amp;&lt;", "ABCD&<"],
    ["a&shy;b&zwj;c&nbsp;d&hyphen;e", "abc d-e"],
    ["&#0;&#xD800;&#x110000;&constructor;&nosuch;", "\ufffd\ufffd\ufffd&constructor;&nosuch;"],
  ])("of %j", (html, text) => expect(htmlText(html)).toBe(text));

  it.each([
    ['12<i title=">">3', "123"],
    ["12<i title = '>'>3", "123"],
    ['12<i a=b">3<i ">4', "1234"],
    ['12<b =">3', "123"],
    ['12<b=">3', "123"],
    ['12<i a=x/b=">3', "123"],
    ["12<i a=>3", "123"],
  ])("takes a quote for one only where a browser does: %j", (html, text) =>
    expect(htmlText(html)).toBe(text),
  );

  it.each(["<", "<a ", "<!--", '<a b="', "<b>", "&#0", "<!", "&#000000", "<a b="])(
    "takes linear time over %j again and again",
    (part) => {
      const started = performance.now();
      htmlText(part.repeat(Math.ceil(262_144 / part.length)));
      expect(performance.now() - started).toBeLessThan(2_000);
    },
  );
});
