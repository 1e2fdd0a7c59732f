// What stands beside the articles: a speaker's page, the results of a search, the box for a text of one's own.
import { element, foreign, link, articleLink, speakerLink, speakerName, tags, plural, metaLine, dateText } from "./dom.js";
import { speakerKey, voiceOf } from "./text.js";
import { showRecord } from "./reader.js";

/** JSON of this service. Throws an Error with a sentence for people. */
export async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The service does not answer. It is tried again when you ask again.");
  }
  const isJSON = answer.headers.get("content-type")?.startsWith("application/json");
  const body = isJSON ? await answer.json().catch(() => null) : null;
  if (answer.ok && body) return body;
  const error = new Error(body?.error ?? (await answer.text().catch(() => "")) ?? `the service answered ${answer.status}`);
  error.status = answer.status;
  error.retryAfter = Number(answer.headers.get("retry-after")) || 1;
  throw error;
}

export function fault(error) {
  const line = foreign(error.message, "p", "fault");
  line.setAttribute("role", "alert");
  return line;
}

export function backLink() {
  const back = link("#/", "← All articles");
  back.className = "back";
  return back;
}

/** A quotation with its speaker and its article, from the archive or from a summary at hand. */
function item(quotation, article, hasSpeaker) {
  const head = element("p", "", hasSpeaker ? speakerName(quotation.speaker, "who") : null, hasSpeaker ? " " : null, tags(quotation));
  const title = link(articleLink(article.id), foreign(article.title || "Untitled"));
  const others = quotation.articles > 1 ? `also in ${plural(quotation.articles - 1, "other article")}` : null;
  return element("li", "voice-" + voiceOf(quotation.speaker?.name), head, foreign(quotation.text, "p", "words"),
    metaLine([title, article.source, article.published && dateText(article.published), others]));
}

/** Pages of /api/quotations, more on demand. */
class ArchiveList {
  constructor(parameters, keep, hasSpeaker) {
    Object.assign(this, { parameters, keep, hasSpeaker });
    this.list = element("ol", "list");
    this.more = element("button", "", "Older ones");
    this.more.type = "button";
    this.more.hidden = true;
    this.more.addEventListener("click", async () => {
      this.more.disabled = true;
      const last = this.list.lastElementChild;
      try { await this.load(); } catch (error) { this.more.before(fault(error)); }
      this.more.disabled = false;
      last?.nextElementSibling?.querySelector("a")?.focus();
    });
  }

  async load() {
    const query = new URLSearchParams(this.parameters);
    if (this.next) query.set("cursor", this.next);
    const page = await ask("/api/quotations?" + query);
    for (const quotation of page.quotations) {
      if (!this.keep(quotation)) continue;
      this.first ??= quotation;
      this.list.append(item(quotation, quotation.article, this.hasSpeaker));
    }
    this.next = page.next;
    this.more.hidden = !page.next;
  }
}

function heading(text, tag = "h2") {
  const made = element(tag, "", text);
  made.tabIndex = -1;
  return made;
}

/** Everything that a speaker said, newest first. */
export async function showSpeaker(pane, name, feed, hasArchive) {
  const key = speakerKey(name);
  const known = feed.summaries().flatMap(summary => summary.quotations.filter(q => speakerKey(q.speaker?.name) === key).map(quotation => ({ quotation, summary })));
  const speaker = known.find(({ quotation }) => quotation.speaker.role)?.quotation.speaker ?? known[0]?.quotation.speaker;
  const about = element("p", "quiet", ...(speaker?.role ? [foreign(speaker.role), " · "] : []), hasArchive ? "everything said, from the archive, newest first" : "said in the latest articles, newest first");
  // An address may have the name in other letters.
  const title = heading(foreign(known[0]?.quotation.speaker?.name ?? name));
  const body = element("div", "pane voice-" + voiceOf(name), backLink(), title, about);
  pane.replaceChildren(body);
  if (hasArchive) {
    const archive = new ArchiveList({ speaker: name, limit: 30 }, quotation => speakerKey(quotation.speaker?.name) === key, false);
    try {
      await archive.load();
      if (archive.first) title.replaceChildren(foreign(archive.first.speaker?.name ?? name));
      if (archive.list.children.length > 0) return body.append(archive.list, archive.more);
    } catch (error) {
      body.append(fault(error));
    }
  }
  body.append(element("ol", "list", ...known.map(({ quotation, summary }) => item(quotation, summary, false))));
  if (known.length === 0) body.append(element("p", "quiet", "Nothing by this speaker is known here."));
}

/** Quotations and speakers that fit some words. */
export async function showSearch(pane, words, feed, hasArchive) {
  const title = heading("");
  title.append("Search: ", foreign(words));
  const about = element("p", "quiet", hasArchive ? "Searching the archive …" : "");
  about.setAttribute("role", "status");
  const body = element("div", "pane", backLink(), title, about);
  pane.replaceChildren(body);
  if (!hasArchive) return searchHere(body, about, words, feed);
  const parameters = { text: words, limit: 30 };
  if (feed.filters.kind) parameters.kind = feed.filters.kind;
  const archive = new ArchiveList(parameters, quotation => feed.matchesQuotation(quotation), true);
  try {
    const [speakers] = await Promise.all([
      ask("/api/speakers?" + new URLSearchParams({ name: words, limit: 8 })).catch(() => ({ speakers: [] })), archive.load()]);
    body.append(speakerChips(speakers.speakers.map(speaker => speaker.name)));
    const count = archive.list.children.length;
    about.textContent = count === 0 ? "No quotation has these words." : `${plural(count, "quotation")}${archive.next ? ", and older ones" : ""}, newest first`;
    body.append(archive.list, archive.more);
  } catch (error) {
    about.textContent = "";
    body.append(fault(error));
  }
}

function searchHere(body, about, words, feed) {
  const wanted = words.toLowerCase();
  const has = text => (text ?? "").toLowerCase().includes(wanted);
  const found = feed.summaries().flatMap(summary => summary.quotations
    .filter(quotation => feed.matchesQuotation(quotation) && (has(quotation.text) || has(quotation.speaker?.name) || has(summary.title)))
    .map(quotation => item(quotation, summary, true)));
  about.textContent = `${plural(found.length, "quotation")} in the latest articles`;
  body.append(element("ol", "list", ...found.slice(0, 200)));
}

function speakerChips(names) {
  if (names.length === 0) return "";
  return element("p", "chips", ...names.map(name => {
    const chip = link(speakerLink(name), element("span", "dot voice-" + voiceOf(name)), foreign(name));
    return chip;
  }));
}

/** An article whose text is not kept any more: what the archive knows of it. */
export function showArchived(pane, article) {
  const title = heading(foreign(article.title || "Untitled"));
  const body = element("div", "pane", backLink(), title, metaLine([article.source, article.published && dateText(article.published)]));
  if (article.status !== "usable") body.append(element("p", "", "This article was taken back by its publisher."));
  else body.append(element("p", "quiet", "The text is not kept any more; these quotations are."), element("ol", "list", ...article.quotations.map(quotation => item(quotation, article, true))));
  pane.replaceChildren(body);
}

/** The box for any text. */
export function showPaste(pane, limit, matches) {
  const title = heading("Your own text");
  const form = element("form", "paste");
  const label = element("label", "", "Paste any text in English: an article, a speech, minutes. It is analysed here and kept nowhere.");
  label.htmlFor = "own-text";
  const area = element("textarea");
  area.id = "own-text";
  area.placeholder = "“It is safe again,” said Ana Lima, the mayor. She added that the bridge would open on Tuesday.";
  const button = element("button", "main-action", "Analyse");
  const size = element("p", "quiet");
  size.setAttribute("role", "status");
  const result = element("div", "");
  form.append(label, area, element("div", "", button, size));
  const body = element("div", "pane", backLink(), title, form);
  if (limit === 0) form.replaceChildren(element("p", "", "This process does not analyse texts: its configuration gives it no analyser, or turns the box off."));
  pane.replaceChildren(body, result);
  result.className = "reader-place";
  form.addEventListener("submit", async event => {
    event.preventDefault();
    button.disabled = true;
    result.replaceChildren();
    size.textContent = "Analysing …";
    try {
      const record = await analyze(area.value, limit);
      const count = record.quotations.length;
      size.textContent = `${plural(count, "quotation")} found`;
      showRecord(result, record, matches, "What was found");
    } catch (error) {
      size.textContent = "";
      result.replaceChildren(element("div", "pane", fault(error)));
    }
    button.disabled = false;
  });
}

async function analyze(text, limit) {
  const body = JSON.stringify({ text });
  const bytes = new TextEncoder().encode(body).length;
  if (bytes > limit) throw new Error(`The text has ${bytes.toLocaleString("en")} bytes; at most ${limit.toLocaleString("en")} are taken.`);
  for (let tries = 0; ; tries++) {
    try {
      return await ask("/analyze", { method: "POST", headers: { "content-type": "application/json" }, body });
    } catch (error) {
      if (error.status !== 429 || tries >= 8) throw error;
      await new Promise(resolve => setTimeout(resolve, error.retryAfter * 1000));
    }
  }
}
