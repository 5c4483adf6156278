import { describe, expect, it } from "vitest";
import { toBase64 } from "../../../core/encoding.ts";
import { webhook } from "../../../core/transport/webhook.ts";

const CONFIG = { url: "https://hooks.example.com/in" };

describe("the webhook transport", () => {
  it("wraps the payload, named by tool or else surface", () => {
    const action = { surface: "tool.call", tool: "crm.update", payload: { b: 1, a: "ü" } };
    expect(webhook.render(action, CONFIG)).toEqual({
      ok: true,
      value: {
        transport: "webhook",
        endpoint: CONFIG.url,
        mediaType: "application/json",
        body: '{"data":{"a":"ü","b":1},"type":"crm.update"}',
        content: { data: action.payload, type: "crm.update" },
        payloadAt: "/data",
        views: [],
      },
    });
    expect(webhook.render({ surface: "tool.call", payload: {} }, CONFIG)).toMatchObject({
      value: { body: '{"data":{},"type":"tool.call"}' },
    });
  });

  it.each([
    ["https://Hooks.Example.com", "https://hooks.example.com/"],
    ["https://example.com:443/a?b=c", "https://example.com/a?b=c"],
    ["http://127.1:8080/x", "http://127.0.0.1:8080/x"],
    ["https://example.com/a/../b", "https://example.com/b"],
  ])("settles %s to one spelling", (url, settled) => {
    expect(webhook.parseConfig({ url })).toEqual({ ok: true, value: { url: settled } });
  });

  it.each([
    "",
    "x",
    "ftp://example.com/",
    "javascript:alert(1)",
    "https://example.com/#a",
    "https:\\\\example.com",
    " https://example.com/",
    "https://exa\nmple.com/",
    `https://example.com/${"a".repeat(2_000)}`,
  ])("refuses %j", (url) => {
    expect(webhook.parseConfig({ url }).ok).toBe(false);
  });

  it("takes a Standard Webhooks secret and nothing else", () => {
    const secret = `whsec_${toBase64(new Uint8Array(32))}`;
    expect(webhook.parseCredentials({ secret }).ok).toBe(true);
    expect(webhook.parseCredentials({ secret, more: 1 }).ok).toBe(false);
    const short = webhook.parseCredentials({ secret: "whsec_hunter2" });
    expect(short.ok).toBe(false);
    expect(JSON.stringify(short)).not.toContain("hunter2");
  });
});
