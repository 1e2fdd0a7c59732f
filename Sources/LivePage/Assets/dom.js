// Elements from text alone: what comes from an article enters the page as text, never as markup.

/** An element with classes and children: strings become text; null is left out. */
export function element(tag, classes, ...children) {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  for (const child of children) if (child != null) made.append(child);
  return made;
}

/** Foreign text on its own, so that its writing direction and control characters reach no further. */
export function foreign(text, tag = "bdi", classes = "") {
  const made = element(tag, classes);
  made.textContent = text;
  made.dir = "auto";
  return made;
}

export function link(href, ...children) {
  const made = element("a", "", ...children);
  made.href = href;
  return made;
}

export const articleLink = id => "#/article/" + encodeURIComponent(wellFormed(id));
export const speakerLink = name => "#/speaker/" + encodeURIComponent(wellFormed(name));

/** encodeURIComponent throws at half a surrogate pair. */
function wellFormed(text) { return text.isWellFormed?.() === false ? text.toWellFormed() : text; }

/** A web address of an article, or null: nothing but http and https is followed. */
export function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

export function percent(confidence) { return Math.round(100 * confidence) + " %"; }

/** "direct · 97 %", and what else is to be known before it is believed. */
export function tags(quotation) {
  const parts = [quotation.kind, percent(quotation.confidence)];
  if (quotation.polarity && quotation.polarity !== "asserted") parts.splice(1, 0, { denied: "denied", negated: "not said", hypothetical: "hypothetical" }[quotation.polarity] ?? quotation.polarity);
  const made = element("span", "tags", parts.join(" · "));
  made.title = "kind of quotation, and how sure the analysis is";
  return made;
}

/** The speaker's name as a link to all that they said; somebody unknown is said to be so. */
export function speakerName(speaker, classes) {
  if (!speaker) return element("span", classes, "Nobody named");
  const made = link(speakerLink(speaker.name), foreign(speaker.name));
  made.className = classes;
  return made;
}

const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const timeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A publication date for people; as it was given where it is none. */
export function dateText(text) {
  const date = new Date(text);
  if (isNaN(date)) return text;
  return /T/.test(text) ? timeFormat.format(date) : dayFormat.format(date);
}

/** Source, date and more, in one line. */
export function metaLine(parts) {
  const line = element("p", "meta");
  parts.filter(Boolean).forEach((part, i) => {
    if (i > 0) line.append(" · ");
    line.append(typeof part === "string" ? foreign(part) : part);
  });
  return line;
}

export function plural(count, one, many = one + "s") { return `${count.toLocaleString("en")} ${count === 1 ? one : many}`; }
