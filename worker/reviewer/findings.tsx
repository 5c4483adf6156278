/** Why the action was held: each rule that fired, with links to the words that it points to. */
import type { FindingGroup, PlacedFinding, Places } from "./places.ts";
import { SeverityBadge } from "./severity.tsx";
import { Text } from "./text.tsx";

export function Findings({ places, pending }: { readonly places: Places; readonly pending: boolean }) {
  const { groups } = places;
  return (
    <section class="findings" aria-labelledby="findings">
      <h2 id="findings">{pending ? "Why it waits" : "Why it waited"}</h2>
      {groups.length === 0 ? (
        <p class="quiet">No rule fired.</p>
      ) : (
        <ol class="plain">
          {groups.map((group) => (
            <Group group={group} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Group({ group: { number, first, places } }: { readonly group: FindingGroup }) {
  return (
    <li
      id={`finding-${number}`}
      class={`finding ${first.observed || first.settled ? "info" : first.severity}`}
    >
      <p class="finding-head">
        <SeverityBadge severity={first.severity} observed={first.observed} settled={first.settled} />
        <code class="rule">{first.rule}</code>
        <span class="quiet">
          policy <Text value={first.policy} line />
        </span>
      </p>
      <p class="reason">
        <Text value={first.reason} />
      </p>
      {first.suggestion !== null && (
        <p class="suggestion">
          Suggestion: <Text value={first.suggestion} />
        </p>
      )}
      <ul class="places">
        {places.map((placed) => (
          <li>
            <Place placed={placed} />
          </li>
        ))}
      </ul>
    </li>
  );
}

function Place({ placed: { number, finding, pointer, excerpt } }: { readonly placed: PlacedFinding }) {
  if (finding.part === null || finding.pointer === null) return <span>The action as a whole</span>;
  const where = <Text value={`${finding.part}${finding.pointer}`} line />;
  if (pointer === null) {
    return (
      <span>
        In {where}
        {finding.start !== null && `, characters ${finding.start} to ${finding.end}`}
        {finding.settled
          ? ", as submitted"
          : finding.part === "message"
            ? ", in the message as rendered for its transport"
            : ", which is not in this action"}
      </span>
    );
  }
  return (
    <a class="place" href={`#mark-${number}`}>
      <span class={`number ${finding.observed ? "info" : finding.severity}`}>{number}</span>
      <span>
        {excerpt !== null && (
          <span class="excerpt">
            <Text value={excerptOf(excerpt)} line />
          </span>
        )}
        <span class="where">
          {finding.key && "name of "}
          {where}
        </span>
      </span>
    </a>
  );
}

const EXCERPT_CHARS_MAX = 60;

/** The words stand in full where the link leads; here they only say which. */
function excerptOf(text: string): string {
  if (text.length <= EXCERPT_CHARS_MAX) return text;
  const head = text.slice(0, EXCERPT_CHARS_MAX).replace(/[\ud800-\udbff]$/, "");
  return `${head} … (${text.length} characters)`;
}
