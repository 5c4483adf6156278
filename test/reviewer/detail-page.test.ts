import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApprovalDetail } from "../../core/approval.ts";
import type { Json } from "../../core/json.ts";
import { pointerToken } from "../../core/json-pointer.ts";
import { get } from "./browse.ts";
import { approved, denied, expired, plain, refund, toolCall } from "./examples.ts";
import { approval, fakeGate, finding, NOW_MS, PERSON } from "./fake-ports.ts";

const pageOf = async (detail: ApprovalDetail) => (await get(fakeGate(detail), `/review/${detail.id}`)).text();
const textOf = (page: string) =>
  page
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** Every place in action and context that a finding can point to: values, and member names. */
function* placesIn(value: Json, pointer = ""): Generator<{ pointer: string; key: boolean }> {
  yield { pointer, key: false };
  if (typeof value !== "object" || value === null) return;
  for (const [name, item] of Object.entries(value)) {
    yield { pointer: `${pointer}/${pointerToken(name)}`, key: true };
    yield* placesIn(item, `${pointer}/${pointerToken(name)}`);
  }
}

describe("all of action and context", () => {
  it.each([
    ["an e-mail", refund],
    ["a tool call", toolCall],
    [
      "odd members",
      approval({
        transport: null,
        action: {
          surface: "tool.call",
          payload: { to: 3, subject: ["a"], "a/b~c": { "": [[]] }, attachments: "none", html: { x: 1 } },
        },
      }),
    ],
    [
      "an odd list of attachments",
      approval({
        action: {
          surface: "tool.call",
          payload: {
            to: "",
            subject: "",
            attachments: [{ content: "AA==" }, { filename: 3 }],
            cc: [[]],
            text: null,
          },
        },
      }),
    ],
  ])("%s: each value and name can be marked, once, and is linked to", async (_name, detail) => {
    const findings = (["action", "context"] as const).flatMap((part) =>
      [...placesIn(detail[part] as Json)].map(({ pointer, key }) =>
        finding({ part, pointer, key, suggestion: null }),
      ),
    );
    const page = await pageOf({ ...detail, findings });
    for (let number = 1; number <= findings.length; number++) {
      const { part, pointer, key } = findings[number - 1] ?? finding();
      const where = `${part}${pointer}${key ? " (name)" : ""}`;
      expect([where, page.split(`id="mark-${number}"`).length - 1]).toEqual([where, 1]);
      expect(page).toContain(`href="#mark-${number}"`);
    }
  });

  it("every string, number and name is on the page outside the raw JSON, in full", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: "grapheme-ascii" }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 }),
        fc.boolean(),
        async (members, email) => {
          const payload = {
            ...(email && { to: "bob@customer.example", subject: "Hi" }),
            ...members,
          } as Record<string, Json>;
          const page = await pageOf(approval({ transport: null, action: { surface: "tool.call", payload } }));
          const shown = textOf(page.slice(page.indexOf('id="payload"'), page.indexOf('id="why"')));
          for (const { pointer, key } of placesIn(payload)) {
            if (!key) continue;
            const name = pointer
              .slice(pointer.lastIndexOf("/") + 1)
              .replaceAll("~1", "/")
              .replaceAll("~0", "~");
            const ours = ["from", "to", "cc", "bcc", "reply_to", "subject", "text", "html", "attachments"];
            if (!ours.includes(name)) expect(shown).toContain(name);
          }
          for (const leaf of leavesOf(payload)) expect(shown).toContain(leaf);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is there once more as canonical JSON", async () => {
    expect(textOf(await pageOf(plain))).toContain('{"action":{"payload":{"from":"help@acme.example"');
  });
});

function* leavesOf(value: Json): Generator<string> {
  if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) yield* leavesOf(item);
  else yield String(value);
}

describe("findings", () => {
  it("without a place, or with one that the page does not have, are listed all the same", async () => {
    const page = textOf(
      await pageOf({
        ...plain,
        findings: [
          finding({ rule: "WHOLE", part: null, pointer: null }),
          finding({ rule: "RENDERED", part: "message", pointer: "/x", start: 1, end: 4 }),
          finding({ rule: "NOWHERE", pointer: "/absent" }),
        ],
      }),
    );
    expect(page).toMatch(/WHOLE.*The action as a whole/s);
    expect(page).toMatch(/RENDERED.*In message\/x, characters 1 to 4, in the message as rendered/s);
    expect(page).toMatch(/NOWHERE.*In payload\/absent, which is not in this action/s);
  });

  it("in a webhook's envelope are shown in the payload inside it", async () => {
    const page = await pageOf({
      ...toolCall,
      findings: [
        finding({ part: "message", pointer: "/data/filter/tags/0" }),
        finding({ part: "message", pointer: "/type" }),
      ],
    });
    expect(page).toMatch(/id="mark-1"[^>]*>1<\/a>stale/);
    expect(page).toMatch(/id="mark-2"[^>]*>2<\/a>crm\.delete_contacts/);
  });

  it("say what is graver first, and what was only observed last", async () => {
    const page = await pageOf({
      ...plain,
      findings: [
        finding({ rule: "C_OBSERVED", severity: "block", observed: true }),
        finding({ rule: "B_NOTE", severity: "info" }),
        finding({ rule: "A_BLOCK", severity: "block" }),
      ],
    });
    const order = ["A_BLOCK", "B_NOTE", "C_OBSERVED"].map((rule) => page.indexOf(rule));
    expect(order).toEqual(order.toSorted((left, right) => left - right));
    expect(textOf(page)).toContain("Blocks, observed only");
  });

  it("a long excerpt says how long it is", async () => {
    const text = "x".repeat(500);
    const page = await pageOf({
      ...plain,
      action: { surface: "tool.call", payload: { text } },
      findings: [finding()],
    });
    expect(page).toContain("(500 characters)");
    expect(page).toContain(text);
  });
});

describe("untrusted text", () => {
  const ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "&lt;b&gt;&#x3c;script>",
    "{{alert(1)}}",
  ];

  it.each(ATTACKS)("%s stays text, wherever it stands", async (attack) => {
    const everywhere = (value: Json): Json => {
      if (typeof value === "string") return attack;
      if (Array.isArray(value)) return value.map(everywhere);
      if (typeof value !== "object" || value === null) return value;
      const entries = Object.entries(value).map(([name, item]) => [name, everywhere(item)] as const);
      return { ...Object.fromEntries(entries), [attack]: attack };
    };
    const detail: ApprovalDetail = {
      ...refund,
      action: { ...(everywhere(refund.action as unknown as Json) as ApprovalDetail["action"]) },
      context: everywhere(refund.context as Json) as ApprovalDetail["context"],
      title: attack,
      tool: attack,
      target: attack,
      agent: attack,
      user: attack,
      owner: attack,
      roles: [attack],
      rules: [attack],
      transport: attack,
      reason: attack,
      actionStatus: attack,
      findings: [
        finding({
          reason: attack,
          suggestion: attack,
          policy: attack,
          rule: attack,
          pointer: `/${pointerToken(attack)}`,
        }),
      ],
    };
    const pages = [
      await pageOf(detail),
      await pageOf({ ...detail, status: "denied", decidedBy: attack, decidedAtMs: NOW_MS }),
      await (await get(fakeGate(detail), "/review")).text(),
      await (
        await get(fakeGate({ ...detail, status: "approved", decidedBy: attack }), "/review/history")
      ).text(),
    ];
    for (const page of pages) {
      expect(page).not.toMatch(/<(?:script|img|svg|iframe|object|embed|style|base|b)\b/i);
      for (const [tag] of page.matchAll(/<[a-z][^>]*>/g))
        expect(tag.replace(/"[^"]*"/g, "")).not.toMatch(/\son\w+|\sstyle=|\ssrc=|'/);
      for (const [, href] of page.matchAll(/(?:href|action)="([^"]*)"/g))
        expect(href).toMatch(/^(?:\/review|#)/);
      expect(page).toContain("</html>");
    }
    expect(textOf(pages[0] ?? "")).toContain(attack);
  });

  it("is not made a link", async () => {
    const page = await pageOf({
      ...plain,
      action: {
        surface: "tool.call",
        payload: { text: "https://evil.example www.evil.example a@evil.example" },
      },
    });
    expect(page).not.toMatch(/href="[^"]*evil/);
  });

  it("is written out where invisible, in title and headings too", async () => {
    const page = await pageOf({ ...plain, title: "a\u202eb", tool: "x\u200by", owner: "Jo\u2066nas" });
    expect(page).not.toMatch(/[\u202e\u200b\u2066]/);
    expect(page).toContain("<title>Waiting: x⟨U+200B⟩y · Countersign</title>");
    expect(page).toContain('<span class="hidden" title="U+202E right-to-left override">⟨U+202E⟩</span>');
  });

  it("is called out where letters look alike", async () => {
    expect(textOf(await pageOf(refund))).toContain("Latin and Cyrillic mixed: а U+0430");
  });
});

describe("an e-mail", () => {
  it("shows its HTML as source and its attachments by size", async () => {
    const page = textOf(await pageOf(refund));
    expect(page).toContain(
      "Shown as source, never live. Most mail programs show the recipient this part, not the text above.",
    );
    expect(page).toContain("<script>alert(1)</script>");
    expect(page).toContain("refund-81.pdf 26 bytes (36 characters of base64)");
    expect(page).toContain("JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmo=");
  });
});

describe("who may still decide", () => {
  it("a waiting approval has the form, with what it is bound to", async () => {
    const page = await pageOf(refund);
    expect(page).toContain(`name="if_match" value="${refund.actionDigest}"`);
    expect(page).toMatch(/<textarea id="reason" name="reason" rows="2" required=""/);
    expect(page).toContain('name="decision" value="approve"');
    expect(page).toContain('name="decision" value="deny"');
  });

  it.each([
    [
      "approved",
      approved,
      /Approved by[\s\S]*Maria Okafor[\s\S]*2026-11-14 09:07:05 UTC[\s\S]*Checked with Bob on the phone\.[\s\S]*It was sent\./,
    ],
    [
      "denied",
      denied,
      /Denied by[\s\S]*Jonas Lind[\s\S]*Not without a dry run first\.[\s\S]*Nothing was sent\./,
    ],
    ["expired", expired, /Expired[\s\S]*2 h ago[\s\S]*Nothing was sent\./],
    [
      "cancelled",
      { ...plain, status: "cancelled", actionStatus: "cancelled" } as ApprovalDetail,
      /Cancelled[\s\S]*Nothing was sent\./,
    ],
    [
      "out of time",
      { ...plain, expiresAtMs: NOW_MS } as ApprovalDetail,
      /Expired[\s\S]*Nobody decided it in time/,
    ],
  ])("%s: no form, and what happened", async (_name, detail, words) => {
    const page = await pageOf(detail);
    expect(page).not.toContain('name="decision"');
    expect(page).not.toContain("<textarea");
    expect(textOf(page)).toMatch(words);
  });

  it("one's own action says so, under any spelling of the name", async () => {
    expect(await pageOf({ ...plain, owner: ` ${PERSON.toUpperCase()} ` })).toContain(
      "This is your own action",
    );
    expect(await pageOf({ ...plain, user: PERSON })).toContain("This is your own action");
    expect(await pageOf(plain)).not.toContain("This is your own action");
  });
});

describe("facts that others supplied", () => {
  const supplied = {
    facts: { account_status: "<frozen>" },
    sources: { account_status: { key: "key_bank", at: "2026-01-31T12:00:00.000Z" } },
  };

  it("stand beside those that were submitted, as text", async () => {
    const text = textOf(
      await pageOf(approval({ supplied, context: { facts: { account_status: "active" } } })),
    );
    expect(text).toMatch(
      /Facts submitted with it[\s\S]*active[\s\S]*Facts supplied by others[\s\S]*<frozen>/,
    );
  });

  it("are not spoken of where there are none", async () => {
    expect(await pageOf(plain)).not.toContain("supplied by others");
  });
});
