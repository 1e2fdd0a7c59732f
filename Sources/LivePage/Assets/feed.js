// The articles as they come: held, filtered, shown newest first; and who is speaking now.
import { element, foreign, link, articleLink, speakerLink, speakerName, tags, plural, metaLine, dateText } from "./dom.js";
import { speakerKey, voiceOf } from "./text.js";

const SAYS = 3, SPEAKING = 8, SPEAKING_ARTICLES = 60, SOURCES = 200;
const $ = id => document.getElementById(id);

export class Feed {
  /** `changed(summary)` is told of every record, `filtered()` of changed filters. */
  constructor(changed, filtered) {
    this.changed = changed;
    this.limit = 200;
    this.held = [];                 // summaries not shown yet
    this.shown = new Map();         // article id → {summary, card}, oldest first
    this.isPaused = false;
    this.sources = new Set();
    this.speakers = new Map();
    this.list = $("articles");
    this.scroller = $("scroller");
    this.filters = { speaker: "", kind: "", source: "", confidence: 0 };
    this.listen(filtered);
    setInterval(() => this.flush(), 500);
  }

  listen(filtered) {
    $("pause").addEventListener("click", () => this.pause(!this.isPaused));
    $("held").addEventListener("click", () => { this.flush(true); this.scroller.scrollTo({ top: 0 }); this.list.focus({ preventScroll: true }); });
    const form = $("filters");
    form.addEventListener("submit", event => event.preventDefault());
    const read = () => {
      this.filters = { speaker: speakerKey($("filter-speaker").value), kind: $("filter-kind").value, source: $("filter-source").value, confidence: $("filter-confidence").value / 100 };
      $("confidence-value").value = `${$("filter-confidence").value} %`;
      this.refilter();
      filtered();
    };
    form.addEventListener("input", read);
    form.addEventListener("reset", () => setTimeout(read));
  }

  pause(isPaused) {
    this.isPaused = isPaused;
    $("pause").setAttribute("aria-pressed", String(isPaused));
    $("pause").textContent = isPaused ? "Paused" : "Pause";
    if (!isPaused) this.flush();
  }

  // Records

  /** Takes a summary in; it is shown at the next turn, or when the reader wants it. */
  take(summary) {
    this.changed(summary);
    if (summary.status !== "usable") {
      // What was taken back goes at once, whatever is paused.
      this.held = this.held.filter(other => other.id !== summary.id);
      this.remove(summary.id);
      this.tell();
      return;
    }
    this.held = this.held.filter(other => other.id !== summary.id);
    this.held.push(summary);
    if (this.held.length > this.limit) this.held.shift();
    this.tell();
  }

  get isEmpty() { return this.shown.size === 0 && this.held.length === 0; }

  /** All summaries, newest first. */
  summaries() { return [...[...this.shown.values()].map(entry => entry.summary), ...this.held].reverse(); }

  /** Whether somebody reads in the list, so that it must not move. */
  get isRead() {
    return this.scroller.scrollTop > 48 || this.list.matches(":hover") || (this.list.contains(document.activeElement) && document.activeElement !== this.list);
  }

  flush(isWanted = false) {
    if (this.held.length === 0 || (!isWanted && this.shown.size > 0 && (this.isPaused || this.isRead))) return this.tell();
    const fragment = document.createDocumentFragment();
    const held = this.held;
    this.held = [];
    for (const summary of held) {
      this.remove(summary.id);
      const card = this.makeCard(summary);
      this.shown.set(summary.id, { summary, card });
      fragment.prepend(card);
      this.learn(summary);
    }
    // What stands there stays where it is; after a frame the list scrolls to the new ones.
    const before = this.scroller.scrollHeight, top = this.scroller.scrollTop, isFirst = before <= this.scroller.clientHeight;
    this.list.prepend(fragment);
    for (const id of this.shown.keys()) {
      if (this.shown.size <= this.limit) break;
      this.remove(id);
    }
    if (!isFirst) {
      const height = held.reduce((sum, summary) => sum + (this.shown.get(summary.id)?.card.offsetHeight ?? 0), 0);
      this.scroller.scrollTo({ top: top + height, behavior: "instant" });
      requestAnimationFrame(() => requestAnimationFrame(() => this.scroller.scrollTo({ top: 0 })));
    }
    this.showSpeaking();
    this.tell();
  }

  remove(id) {
    this.shown.get(id)?.card.remove();
    this.shown.delete(id);
  }

  tell() {
    const isHeld = this.held.length > 0 && (this.isPaused || this.isRead);
    const button = $("held");
    button.hidden = !isHeld;
    const label = `Show ${plural(this.held.length, "new article")}`;
    if (isHeld && button.textContent !== label) button.textContent = label;
    const count = [...this.shown.values()].filter(entry => !entry.card.hidden).length;
    const text = this.isEmpty ? "" : count === this.shown.size ? plural(count, "latest", "latest") : `${count} of ${this.shown.size}`;
    if ($("feed-count").textContent !== text) $("feed-count").textContent = text;
  }

  // Filters

  matchesQuotation(quotation) {
    const { speaker, kind, confidence } = this.filters;
    return (!speaker || speakerKey(quotation.speaker?.name).includes(speaker)) && (!kind || quotation.kind === kind) && quotation.confidence >= confidence;
  }

  get asksForQuotations() { return this.filters.speaker !== "" || this.filters.kind !== "" || this.filters.confidence > 0; }

  matches(summary) {
    if (this.filters.source && summary.source !== this.filters.source) return false;
    return !this.asksForQuotations || summary.quotations.some(quotation => this.matchesQuotation(quotation));
  }

  refilter() {
    for (const entry of this.shown.values()) {
      const card = this.makeCard(entry.summary);
      entry.card.replaceWith(card);
      entry.card = card;
    }
    this.tell();
  }

  choose(id) {
    for (const [other, { card }] of this.shown) card.classList.toggle("chosen", other === id);
    this.chosen = id;
  }

  /** Speakers and sources for the filters to offer. */
  learn(summary) {
    if (summary.source && !this.sources.has(summary.source) && this.sources.size < SOURCES) {
      this.sources.add(summary.source);
      const option = new Option(summary.source, summary.source);
      $("filter-source").append(option);
    }
    for (const { speaker } of summary.quotations) {
      const key = speakerKey(speaker?.name);
      if (!key || this.speakers.has(key) || this.speakers.size >= 300) continue;
      this.speakers.set(key, speaker.name);
      const option = document.createElement("option");
      option.value = speaker.name;
      $("known-speakers").append(option);
    }
  }

  // Cards

  makeCard(summary) {
    const title = link(articleLink(summary.id), foreign(summary.title || "Untitled"));
    const quotations = summary.quotations.filter(quotation => this.matchesQuotation(quotation));
    const says = element("ul", "says", ...quotations.slice(0, SAYS).map(saying));
    const more = summary.quotationCount - Math.min(quotations.length, SAYS);
    const card = element("li", "card" + (summary.id === this.chosen ? " chosen" : ""), element("h3", "", title),
      metaLine([summary.source, summary.published && dateText(summary.published), plural(summary.quotationCount, "quotation")]), quotations.length > 0 ? says : null);
    if (quotations.length > 0 && more > 0) card.append(element("p", "meta", `and ${more} more`));
    card.hidden = !this.matches(summary);
    return card;
  }

  // Who is speaking now

  showSpeaking() {
    const list = $("speaking");
    if (list.contains(document.activeElement) || list.matches(":hover")) return;
    const counts = new Map();
    for (const summary of this.summaries().slice(0, SPEAKING_ARTICLES)) {
      for (const { speaker } of summary.quotations) {
        const key = speakerKey(speaker?.name);
        if (!key) continue;
        const entry = counts.get(key) ?? { name: speaker.name, count: 0 };
        entry.count++;
        counts.set(key, entry);
      }
    }
    const speakers = [...counts.values()].slice(0, SPEAKING);
    while (list.children.length < speakers.length) {
      list.append(element("li", "", element("span", "dot"), link("#/", element("bdi")), element("span", "quiet")));
    }
    [...list.children].forEach((row, i) => {
      row.hidden = i >= speakers.length;
      if (row.hidden) return;
      const { name, count } = speakers[i];
      const [dot, anchor, number] = row.children;
      dot.className = "dot voice-" + voiceOf(name);
      anchor.href = speakerLink(name);
      anchor.firstChild.textContent = name;
      number.textContent = count;
      number.title = `${plural(count, "quotation")} in the latest articles`;
    });
    $("speaking-empty").hidden = speakers.length > 0;
  }
}

function saying(quotation) {
  const words = foreign(quotation.text, "p", "words");
  return element("li", "voice-" + voiceOf(quotation.speaker?.name), element("span", "dot"),
    element("div", "", speakerName(quotation.speaker, "who"), " ", tags(quotation), words));
}
