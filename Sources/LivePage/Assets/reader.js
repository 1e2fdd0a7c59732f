// One record in full: its text with the quotations in their places, the list of who said what, and the chain from a pronoun
// to the name to the quotation, for pointer and keyboard alike.
import { element, foreign, link, speakerLink, speakerName, tags, percent, plural, metaLine, dateText, webAddress } from "./dom.js";
import { layOut, speakerKey, voicesOf } from "./text.js";

/** Shows `record` in `pane`; `matches(quotation)` says which quotations the filters leave; `heading` stands for a missing title. */
export function showRecord(pane, record, matches, heading = null) {
  const reader = new Reader(record, matches, heading);
  pane.replaceChildren(reader.root, reader.chain);
  return reader;
}

class Reader {
  constructor(record, matches, heading) {
    this.record = record;
    this.heading = heading;
    this.voices = voicesOf(record.quotations.map(quotation => quotation.speaker?.name));
    this.entities = new Map((record.entities ?? []).map(entity => [entity.id, entity]));
    this.marks = record.quotations.map(() => []);
    this.parts = record.quotations.map(() => []);
    this.numbers = record.quotations.map(() => null);
    this.items = [];
    this.mentions = new Map();
    this.targets = new WeakMap();
    this.pinned = null;
    this.lit = [];
    this.chain = element("div", "chain quiet");
    this.chain.setAttribute("role", "region");
    this.chain.setAttribute("aria-label", "Who says it");
    this.chain.setAttribute("aria-live", "polite");
    this.chain.tabIndex = 0;
    this.text = this.makeText();
    this.rail = this.makeRail();
    this.root = element("article", "pane reader", this.makeHeader(), element("div", "reader-body", this.text, this.rail));
    this.listen();
    this.refilter(matches);
    this.show(null);
  }

  voice(speaker) { return "voice-" + this.voices.get(speakerKey(speaker?.name)); }

  makeHeader() {
    const { article, quotations, text } = this.record;
    const title = this.title ?? foreign(article.title || this.heading || beginning(text) || "Untitled", "h2");
    title.tabIndex = -1;
    const address = article.url && webAddress(article.url);
    let original = null;
    if (address) {
      original = link(address, "original");
      original.rel = "noopener noreferrer nofollow";
      original.target = "_blank";
    }
    const speakers = new Set(quotations.filter(q => q.speaker).map(q => speakerKey(q.speaker.name))).size;
    const header = element("header", "", title, metaLine([
      article.source, article.published && dateText(article.published),
      `${plural(quotations.length, "quotation")} by ${plural(speakers, "speaker")}`, original]));
    if (quotations.length > 0) {
      const legend = element("p", "legend", ...["direct", "indirect", "mixed"].map(kind => element("mark", kind, kind)),
                             element("mark", "direct unsure", "less sure than 50 %"));
      header.append(legend);
    }
    return header;
  }

  // The text

  makeText() {
    const container = element("div", "text");
    const paragraphs = layOut(this.record);
    const { title } = this.record.article;
    // The text begins with the title, which is the heading, its quotations included.
    if (title && paragraphs[0]?.map(run => run.text).join("") === title) this.title = this.makeParagraph(paragraphs.shift(), "h2");
    for (const runs of paragraphs) container.append(this.makeParagraph(runs, "p"));
    return container;
  }

  makeParagraph(runs, tag) {
    const paragraph = element(tag);
    paragraph.dir = "auto";
    let mark = null, quotation = -1;
    for (const run of runs) {
      if (run.quotation !== quotation) {
        quotation = run.quotation;
        mark = quotation < 0 ? null : this.makeMark(quotation);
        if (mark) {
          if (!this.numbers[quotation]) paragraph.append(this.makeNumber(quotation));
          paragraph.append(mark);
        }
      }
      // A quotation within another's belongs to both when either is pointed at.
      for (const outer of run.contents) if (outer !== quotation && !this.marks[outer].includes(mark)) this.marks[outer].push(mark);
      (mark ?? paragraph).append(this.makeRun(run));
    }
    return paragraph;
  }

  makeMark(index) {
    const quotation = this.record.quotations[index];
    const mark = element("mark", `${quotation.kind} ${this.voice(quotation.speaker)}${quotation.confidence < 0.5 ? " unsure" : ""}`);
    this.marks[index].push(mark);
    this.targets.set(mark, { quotation: index });
    return mark;
  }

  makeNumber(index) {
    const quotation = this.record.quotations[index];
    const number = element("span", "number " + this.voice(quotation.speaker), String(index + 1));
    number.setAttribute("role", "button");
    number.setAttribute("aria-label", `${index + 1}: ${this.described(quotation)}`);
    number.tabIndex = 0;
    this.numbers[index] = number;
    this.targets.set(number, { quotation: index });
    return number;
  }

  described(quotation) {
    return `${quotation.speaker?.name ?? "nobody named"}, ${quotation.kind}, ${percent(quotation.confidence)}`;
  }

  makeRun(run) {
    let node = document.createTextNode(run.text);
    if (run.mention) {
      const entity = this.entities.get(run.mention.entity);
      const speaker = this.record.quotations.find(q => q.speaker?.entity === entity.id).speaker;
      node = element("span", `mention ${run.mention.form} ${this.voice(speaker)}`, node);
      // A mention that a quotation's edge cuts in two is one place for the keyboard.
      if (!run.mention.element) {
        run.mention.element = node;
        node.setAttribute("role", "button");
        node.tabIndex = 0;
        if (run.mention.form !== "name") node.setAttribute("aria-label", `${run.text}: ${speaker.name}`);
      }
      this.targets.set(node, { entity: entity.id, words: run.text });
      if (!this.mentions.has(entity.id)) this.mentions.set(entity.id, []);
      this.mentions.get(entity.id).push(node);
    }
    for (const [part, quotations] of [["cue", run.cues], ["source", run.sources]]) {
      if (quotations.length === 0) continue;
      node = element("span", `${part} ${this.voice(this.record.quotations[quotations[0]].speaker)}`, node);
      if (!run.mention) this.targets.set(node, { quotation: quotations[0] });
      for (const quotation of quotations) this.parts[quotation].push(node);
    }
    return node;
  }

  // The list beside it

  makeRail() {
    const list = element("ol");
    this.record.quotations.forEach((quotation, index) => {
      const jump = element("button", "jump", String(index + 1));
      jump.type = "button";
      jump.setAttribute("aria-label", `Show quotation ${index + 1} in the text`);
      jump.addEventListener("click", () => this.jump(index));
      const head = element("div", "", jump, " ", speakerName(quotation.speaker, "who"), " ", tags(quotation));
      const item = element("li", this.voice(quotation.speaker), head);
      if (quotation.speaker?.role) item.append(foreign(quotation.speaker.role, "p", "quiet"));
      item.append(foreign(quotation.text, "p", "words"));
      this.targets.set(item, { quotation: index });
      this.items.push(item);
      list.append(item);
    });
    const rail = element("section", "rail", element("h3", "", "Who said what"), list);
    rail.setAttribute("aria-label", "Who said what");
    rail.tabIndex = 0;
    if (this.items.length === 0) rail.replaceChildren(element("p", "quiet", "Nobody is quoted in this text."));
    return rail;
  }

  jump(index) {
    this.pinned = { quotation: index };
    this.show(this.pinned);
    const number = this.numbers[index] ?? this.marks[index][0];
    number?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    this.numbers[index]?.focus({ preventScroll: true });
  }

  // Linking

  targetOf(node) {
    for (let at = node; at && at !== this.root; at = at.parentElement) {
      const target = this.targets.get(at);
      if (target) return target;
    }
    return null;
  }

  listen() {
    this.root.addEventListener("pointerover", event => {
      if (event.pointerType === "mouse") this.show(this.targetOf(event.target) ?? this.pinned);
    });
    this.root.addEventListener("pointerleave", () => this.show(this.pinned));
    this.root.addEventListener("focusin", event => {
      const target = this.targetOf(event.target);
      if (target) this.show(target);
    });
    this.root.addEventListener("click", event => {
      if (event.target.closest("a, button")) return;
      this.pinned = this.targetOf(event.target);
      this.show(this.pinned);
    });
    this.root.addEventListener("keydown", event => {
      if (event.key === "Escape") { this.pinned = null; this.show(null); }
      if ((event.key !== "Enter" && event.key !== " ") || event.target.getAttribute("role") !== "button") return;
      event.preventDefault();
      this.pinned = this.targetOf(event.target);
      this.show(this.pinned);
    });
  }

  /** Lights up what belongs to a target: {quotation} or {entity, words}; nothing for null. */
  show(target) {
    if (target === this.shown && target !== null) return;
    this.shown = target;
    for (const [node, name] of this.lit) node.classList.remove(name);
    this.lit = [];
    this.root.classList.toggle("linking", target !== null);
    if (!target) {
      this.chain.replaceChildren("Point at a quotation, name or pronoun, or reach it with Tab: who says it stands here. Enter holds it, Escape lets go.");
      return;
    }
    const isOne = target.quotation !== undefined;
    const quotations = isOne ? [target.quotation] : [...this.record.quotations.keys()].filter(i => this.record.quotations[i].speaker?.entity === target.entity);
    for (const index of quotations) {
      for (const node of [...this.marks[index], ...this.parts[index], this.items[index]]) this.light(node, "on");
      if (this.numbers[index]) this.light(this.numbers[index], "on");
    }
    const speaker = this.record.quotations[quotations[0]]?.speaker;
    for (const node of this.mentions.get(speaker?.entity) ?? []) this.light(node, "linked");
    this.showChain(isOne ? this.sourceWords(target.quotation) : target.words, speaker, quotations);
  }

  light(node, name) {
    node.classList.add(name);
    this.lit.push([node, name]);
  }

  /** How the text itself names the source. */
  sourceWords(index) {
    return this.parts[index].filter(node => node.classList.contains("source")).map(node => node.textContent).join(" ").trim();
  }

  /** Pronoun → name → quotation. */
  showChain(words, speaker, quotations) {
    const steps = [];
    if (words && words !== speaker?.name) steps.push(element("span", "", "“", foreign(words), "”"));
    const voice = this.voice(speaker);
    const name = speakerName(speaker, "");
    if (speaker?.role) steps.push(element("span", voice, name, ", ", foreign(speaker.role)));
    else steps.push(element("span", voice, name));
    if (quotations.length === 1) {
      const quotation = this.record.quotations[quotations[0]];
      steps.push(element("span", "", `quotation ${quotations[0] + 1}: `, tags(quotation)));
    } else {
      const several = element("span", "", `${quotations.length} quotations: ${quotations.slice(0, 12).map(i => i + 1).join(", ")}${quotations.length > 12 ? " …" : ""}`);
      steps.push(several);
    }
    this.chain.replaceChildren(...steps.flatMap((step, i) => (i > 0 ? [arrow(), step] : [step])));
  }

  /** Quotations that the filters leave out lose their colour; the text stays whole. */
  refilter(matches) {
    this.root.classList.add("filtered");
    this.record.quotations.forEach((quotation, index) => {
      const isDim = !matches(quotation);
      for (const mark of this.marks[index]) if (this.targets.get(mark).quotation === index) mark.classList.toggle("dim", isDim);
      this.items[index].classList.toggle("dim", isDim);
    });
  }
}

/** Of a text without a title, some words to call it by. */
function beginning(text) {
  const line = text.trimStart().slice(0, 400).split("\n")[0];
  return line.length <= 80 ? line : line.slice(0, 80).replace(/\s+\S*$/, "") + " …";
}

function arrow() {
  const made = element("span", "arrow", "→");
  made.setAttribute("aria-hidden", "true");
  return made;
}
