import { describe, expect, it } from "vitest";
import { parsePrivateOrigins, refuseEndpoint } from "../../worker/dispatcher/endpoint.ts";

const PUBLIC = { privateOrigins: [], publicOrigin: null };
const settle = (text: string): string => (URL.canParse(text) ? new URL(text).href : text);
/** As `parseConfig` settles it, and then judged. */
const judge = (text: string) => refuseEndpoint(settle(text), PUBLIC);

describe("public endpoints", () => {
  it.each([
    "https://hooks.example.com/in?x=1",
    "https://example.com:443/",
    "https://example.com:8443/",
    "https://example.com./in",
    "https://EXAMPLE.com",
    "https://bücher.example.com/",
    "https://a_b.example.com/",
    "https://localhost.example.com/",
    "https://mylocal.com/",
    "https://notworkers.dev/",
  ])("may be sent to: %s", (text) => {
    expect(judge(text)).toBeNull();
  });
});

describe("refused endpoints", () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    "not a URL": [
      "",
      "example.com",
      "https://",
      "https://exa mple.com/",
      "https://1.2.3.4.5/",
      "https://[::1/",
      "https://0x100000000/",
    ],
    "another scheme": [
      "http://example.com/",
      "ftp://example.com/",
      "file:///etc/passwd",
      "data:text/plain,x",
      "javascript:0",
      "ws://example.com/",
    ],
    userinfo: [
      "https://user@example.com/",
      "https://user:pw@example.com/",
      "https://:pw@example.com/",
      "https://example.com@127.0.0.1/",
    ],
    "a fragment": ["https://example.com/#x"],
    "a port outside the list": [
      "https://example.com:22/",
      "https://example.com:25/",
      "https://example.com:80/",
      "https://example.com:6379/",
      "https://example.com:65535/",
    ],
    "an IPv4 address": [
      ...[
        "https://127.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
      ],
      ...[
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://127.0.0.1./",
        "https://0/",
        "https://0.0.0.0/",
        "https://8.8.8.8/",
      ],
      ...[
        "https://１２７.０.０.１/",
        "https://127。0。0。1/",
        "https://%31%32%37.0.0.1/",
        "https://①②⑦.0.0.1/",
        "https://169.254.169.254/",
      ],
      ...[
        "https://10.0.0.1/",
        "https://100.64.0.1/",
        "https://192.168.0.1/",
        "https://172.16.0.1/",
        "https://0xA9FEA9FE/",
      ],
    ],
    "an IPv6 address": [
      ...[
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
      ],
      ...[
        "https://[fe80::1]/",
        "https://[fc00::1]/",
        "https://[2002:7f00:1::]/",
        "https://[0:0:0:0:0:0:0:1]/",
        "https://[fd00:ec2::254]/",
      ],
      ...["https://[2606:4700::1]/"],
    ],
    "a host without a dot": [
      "https://intranet/",
      "https://metadata/",
      "https://com/",
      "https://a./",
      "https://ＬＯＣＡＬＨＯＳＴ/",
    ],
    "a name that is not public": [
      ...[
        "https://localhost/",
        "https://LOCALHOST/",
        "https://localhost./",
        "https://localhost:8443/",
        "https://a.localhost/",
      ],
      ...[
        "https://a.LocalHost./",
        "https://printer.local/",
        "https://db.internal/",
        "https://metadata.google.internal/",
      ],
      ...[
        "https://metadata.google.internal./",
        "https://router.home.arpa/",
        "https://1.0.0.127.in-addr.arpa/",
        "https://x.onion/",
      ],
      ...[
        "https://x.test/",
        "https://x.invalid/",
        "https://x.example/",
        "https://x.lan/",
        "https://x.corp/",
        "https://x.localdomain/",
      ],
      ...[
        "https://gate.me.workers.dev/",
        "https://workers.dev/",
        "https://gate.me.workers.dev./",
        "https://GATE.me.WORKERS.dev/",
      ],
      ...[
        "https://127.0.0.1.nip.io/",
        "https://7f000001.nip.io/",
        "https://127-0-0-1.sslip.io/",
        "https://localtest.me/",
      ],
      ...[
        "https://a.localtest.me/",
        "https://lvh.me/",
        "https://x.1u.ms/",
        "https://metadata.tencentyun.com/",
        "https://lo%63alhost/",
      ],
    ],
    "a name that is not valid": [
      "https://a..com/",
      "https://example.com../",
      "https://.example.com/",
      "https://-a.com/",
      "https://a*b.com/",
      "https://a&b.com/",
      `https://${"a".repeat(64)}.com/`,
    ],
  };

  const rows = Object.entries(cases).flatMap(([why, texts]) => texts.map((text) => [why, text] as const));
  it.each(rows)("%s: %s", (_, text) => {
    expect(judge(text)).not.toBeNull();
  });

  it.each([
    "https://example.com",
    "HTTPS://example.com/",
    "https://example.com:443/",
    "https:\\\\example.com\\",
    " https://example.com/",
    "https://exa\tmple.com/",
    "https://example.com/../a",
  ])("any spelling but the settled one: %j", (text) => {
    expect(refuseEndpoint(text, PUBLIC)).toBe("The endpoint is not in its normal form.");
  });
});

describe("private origins", () => {
  const rules = { privateOrigins: ["http://127.0.0.1:8080", "https://db.internal"], publicOrigin: null };

  it.each<[string, boolean]>([
    ["http://127.0.0.1:8080/hook", true],
    ["https://db.internal/x", true],
    ["http://127.0.0.1:8081/hook", false],
    ["https://127.0.0.1:8080/hook", false],
    ["http://127.0.0.2:8080/hook", false],
    ["http://db.internal/x", false],
    ["https://a.db.internal/x", false],
    ["http://u:p@127.0.0.1:8080/hook", false],
    ["https://example.com/", true],
  ])("%s: %s", (endpoint, allowed) => {
    expect(refuseEndpoint(endpoint, rules) === null).toBe(allowed);
  });

  it("make no other scheme fine than http", () => {
    const rulesWithFtp = { privateOrigins: ["ftp://127.0.0.1"], publicOrigin: null };
    expect(refuseEndpoint("ftp://127.0.0.1/", rulesWithFtp)).toBe("The endpoint is not an https URL.");
  });

  it("are the only other place for a kind with one public origin", () => {
    const resend = { ...rules, publicOrigin: "https://api.resend.com" };
    expect(refuseEndpoint("https://api.resend.com/emails", resend)).toBeNull();
    expect(refuseEndpoint("http://127.0.0.1:8080/emails", resend)).toBeNull();
    for (const text of [
      "https://api.resend.com.evil.com/emails",
      "https://evil.com/emails",
      "http://api.resend.com/emails",
      "https://api.resend.com:8443/emails",
      "https://api.resend.com./emails",
    ]) {
      expect(refuseEndpoint(text, resend)).toContain("not at https://api.resend.com");
    }
  });

  it("are read from the variable, each exact", () => {
    expect(parsePrivateOrigins(undefined)).toEqual([]);
    expect(parsePrivateOrigins(" ")).toEqual([]);
    expect(parsePrivateOrigins("http://127.0.0.1:8080, https://a.internal")).toEqual([
      "http://127.0.0.1:8080",
      "https://a.internal",
    ]);
    for (const text of [
      "*",
      "http://*",
      "127.0.0.1",
      "http://a.internal/",
      "http://a.internal/path",
      "http://A.internal",
      "http://a:80",
      "null",
    ]) {
      expect(() => parsePrivateOrigins(text)).toThrow("exact origin");
    }
  });
});
