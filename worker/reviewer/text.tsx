/** Untrusted text on the page. Nothing that a caller wrote reaches a reader by another way. */
import type { Places } from "./places.ts";
import { type Mark, type Segment, segmentsOf, type TextForm } from "./visible-text.ts";

interface TextProps extends TextForm {
  readonly value: string;
  /** With `pointer`: the findings to mark, and where in `{action, context}` the text stands. */
  readonly places?: Places;
  readonly pointer?: string;
  /** The text is the member name that ends the pointer. */
  readonly name?: boolean;
}

/** `dir="auto"` isolates the text, so that its direction cannot reorder what stands around it. */
export function Text({ value, places, pointer, name = false, ...form }: TextProps) {
  const marks = marksAt(places, pointer, name);
  const segments = segmentsOf(value, marks, form);
  return (
    <span class="text" dir="auto">
      {segments.map((segment, index) => (
        <Piece
          segment={segment}
          places={places}
          wordEnds={segments[index + 1]?.lookAlike !== segment.lookAlike}
        />
      ))}
      {value === "" && <em class="placeholder">(empty text)</em>}
    </span>
  );
}

function marksAt(places: Places | undefined, pointer: string | undefined, name: boolean): readonly Mark[] {
  if (places === undefined || pointer === undefined) return [];
  return name ? places.atName(pointer) : places.at(pointer);
}

interface PieceProps {
  readonly segment: Segment;
  readonly places: Places | undefined;
  readonly wordEnds: boolean;
}

function Piece({ segment, places, wordEnds }: PieceProps) {
  const { text, hidden, lookAlike, severity, opens } = segment;
  const shown = hidden ? (
    <span class="hidden" title={hidden.name}>
      {hidden.escape}
    </span>
  ) : (
    text
  );
  const worded = lookAlike ? <span class="look-alike">{shown}</span> : shown;
  const numbers = opens.map((number) => <MarkNumber number={number} places={places} />);
  return (
    <>
      {severity ? (
        <mark class={severity}>
          {numbers}
          {worded}
        </mark>
      ) : (
        <>
          {numbers}
          {worded}
        </>
      )}
      {lookAlike && wordEnds && <span class="badge look-alike-note">{lookAlike.note}</span>}
    </>
  );
}

function MarkNumber({ number, places }: { readonly number: number; readonly places: Places | undefined }) {
  const group = places?.groupOf(number) ?? number;
  return (
    <a class="number" id={`mark-${number}`} href={`#finding-${group}`} aria-label={`Finding ${number}`}>
      {number}
    </a>
  );
}

/** Anchors of findings that point to a whole object, list, truth value or null rather than to a text. */
export function WholeMarks({ places, pointer }: { readonly places: Places; readonly pointer: string }) {
  const marks = places.at(pointer);
  if (marks.length === 0) return null;
  return (
    <span class="whole">
      {marks.map(({ number, severity }) => (
        <mark class={severity}>
          <MarkNumber number={number} places={places} />
          all of this
        </mark>
      ))}
    </span>
  );
}
