// A record's text as paragraphs of runs: pure functions, no page. Offsets of records count Unicode scalars, strings here count
// UTF-16 units.

/** UTF-16 offsets of ascending scalar offsets; what lies beyond the text is its end. A lone surrogate counts as one scalar. */
export function utf16Offsets(text, scalars) {
  const offsets = new Array(scalars.length);
  let scalar = 0, unit = 0;
  for (let i = 0; i < scalars.length; i++) {
    while (scalar < scalars[i] && unit < text.length) {
      unit += text.codePointAt(unit) > 0xFFFF ? 2 : 1;
      scalar++;
    }
    offsets[i] = unit;
  }
  return offsets;
}

/** The same speaker however the name is written: without accents and case, words joined by "-". */
export function speakerKey(name) {
  return (name ?? "").normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
}

export const VOICES = 10;

/** A speaker's colour, the same everywhere. */
export function voiceOf(name) {
  const key = speakerKey(name);
  if (!key) return "none";
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
  return (hash >>> 8) % VOICES;
}

/** Colours for the speakers of one article: each its own as far as they go. */
export function voicesOf(names) {
  const voices = new Map(), taken = new Set();
  for (const name of names) {
    const key = speakerKey(name);
    if (voices.has(key)) continue;
    let voice = voiceOf(name);
    if (voice !== "none") {
      for (let i = 0; i < VOICES && taken.has(voice) && taken.size < VOICES; i++) voice = (voice + 1) % VOICES;
      taken.add(voice);
    }
    voices.set(key, voice);
  }
  return voices;
}

const MOST_BLOCKS = 4000;

/** Lines of the text, several in one block when there are very many. */
function blocks(text) {
  const lines = [];
  for (const match of text.matchAll(/[^\n]+/g)) {
    if (match[0].trim() !== "") lines.push([match.index, match.index + match[0].length]);
  }
  const step = Math.ceil(lines.length / MOST_BLOCKS);
  if (step <= 1) return lines;
  const joined = [];
  for (let i = 0; i < lines.length; i += step) joined.push([lines[i][0], lines[Math.min(i + step, lines.length) - 1][1]]);
  return joined;
}

/** What of a record is shown in its text: quotations' parts, and the mentions of those who speak. */
function spansOf(record) {
  const spans = [], speakers = new Set();
  record.quotations.forEach((quotation, index) => {
    for (const part of ["content", "cue", "source"]) {
      for (const span of quotation[part] ?? []) spans.push({ part, quotation: index, start: span.start, end: span.end });
    }
    if (quotation.speaker?.entity) speakers.add(quotation.speaker.entity);
  });
  for (const entity of record.entities ?? []) {
    if (!speakers.has(entity.id)) continue;
    for (const mention of entity.mentions) {
      spans.push({ part: "mention", entity: entity.id, form: mention.form, start: mention.start, end: mention.end });
    }
  }
  return spans.filter(span => span.start < span.end);
}

/**
 * Paragraphs, each a list of runs {text, quotation, contents, cues, sources, mention}: `quotation` is the innermost whose
 * content it is, or -1; `mention` the innermost mention's span.
 */
export function layOut(record) {
  const text = record.text, spans = spansOf(record);
  const scalars = [...new Set(spans.flatMap(span => [span.start, span.end]))].sort((a, b) => a - b);
  const units = new Map(utf16Offsets(text, scalars).map((unit, i) => [scalars[i], unit]));
  for (const span of spans) { span.from = units.get(span.start); span.to = units.get(span.end); }
  spans.sort((a, b) => a.from - b.from || b.to - a.to);
  const cuts = [...units.values()].sort((a, b) => a - b);
  let active = [], nextSpan = 0, nextCut = 0;
  return blocks(text).map(([start, end]) => {
    const runs = [];
    let at = start;
    while (at < end) {
      while (nextCut < cuts.length && cuts[nextCut] <= at) nextCut++;
      const to = nextCut < cuts.length ? Math.min(cuts[nextCut], end) : end;
      while (nextSpan < spans.length && spans[nextSpan].from <= at) active.push(spans[nextSpan++]);
      active = active.filter(span => span.to > at);
      runs.push(runOf(text.slice(at, to), active));
      at = to;
    }
    return runs;
  });
}

function runOf(text, active) {
  const run = { text, quotation: -1, contents: [], cues: [], sources: [], mention: null };
  let length = Infinity;
  for (const span of active) {
    if (span.part === "mention") {
      if (!run.mention || span.to - span.from <= run.mention.to - run.mention.from) run.mention = span;
    } else if (span.part === "content") {
      run.contents.push(span.quotation);
      if (span.to - span.from <= length) { run.quotation = span.quotation; length = span.to - span.from; }
    } else (span.part === "cue" ? run.cues : run.sources).push(span.quotation);
  }
  return run;
}
