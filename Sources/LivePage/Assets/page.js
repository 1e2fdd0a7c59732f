// The live page of quoted: follows the stream, chooses the view by the address behind "#".
import { element } from "./dom.js";
import { Feed } from "./feed.js";
import { showRecord } from "./reader.js";
import { ask, fault, backLink, showArchived, showPaste, showSearch, showSpeaker } from "./views.js";

const $ = id => document.getElementById(id);
const NOTE_SECONDS = 10;

let settings = { archive: false, records: 200, pasteBytes: 0, ingest: "" };
let isPlaced = false;
let view = { name: "", value: "" };
let reader = null;
const rates = [];

const feed = new Feed(changed, () => reader?.refilter(quotation => feed.matchesQuotation(quotation)));

// The stream

let events = null;
let last = "";

function follow() {
  if (document.hidden || (events && events.readyState !== EventSource.CLOSED)) return;
  events = new EventSource("/live/events" + (last ? "?last=" + last : ""));
  events.addEventListener("open", () => state("live", "Live"));
  events.addEventListener("error", () => {
    state("lost", "Reconnecting");
    // After an answer that is no stream the browser does not try again by itself.
    if (events?.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  });
  events.addEventListener("hello", event => {
    settings = JSON.parse(event.data);
    feed.limit = settings.records;
    $("analyze-link").hidden = settings.pasteBytes === 0;
    // Without an archive these views are made of the articles that follow.
    if (settings.archive || !["speaker", "search"].includes(parse().name)) begin();
  });
  events.addEventListener("record", event => { last = event.lastEventId; feed.take(JSON.parse(event.data)); });
  events.addEventListener("ready", () => { feed.flush(); showEmpty(); begin(); });
  events.addEventListener("count", event => {
    rates.push({ at: performance.now(), ...JSON.parse(event.data) });
    showRate();
  });
}

/** A page that nobody sees follows nothing: browsers allow a few connections to one service only. */
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return follow();
  events?.close();
  events = null;
});

/** The first view, once it is known what there is. */
function begin() {
  if (isPlaced) return;
  isPlaced = true;
  route();
}

function state(name, text) {
  if ($("status").dataset.state === name) return;
  $("status").dataset.state = name;
  $("status-text").textContent = text;
}

/** Whether more comes than can be shown. */
function showRate() {
  const since = performance.now() - NOTE_SECONDS * 1000;
  while (rates.length > 0 && rates[0].at < since) rates.shift();
  const seen = rates.reduce((sum, rate) => sum + rate.seen, 0), shown = rates.reduce((sum, rate) => sum + rate.shown, 0);
  const text = seen > shown ? `Showing ${shown} of ${seen} articles of the last ${NOTE_SECONDS} s: more come than can be read.` : "";
  if ($("notice").textContent !== text) $("notice").textContent = text;
}
setInterval(showRate, 1000);

function changed(summary) {
  showEmpty();
  if (view.name !== "article" || view.value !== summary.id || summary.status === "usable") return;
  $("detail").replaceChildren(withdrawn());
}

function withdrawn() {
  const note = element("p", "", "This article was taken back by its publisher.");
  note.setAttribute("role", "status");
  return element("div", "pane", backLink(), note);
}

function showEmpty() {
  const empty = $("feed-empty");
  if (!feed.isEmpty) { empty.hidden = true; return; }
  if (empty.childElementCount === 0) {
    empty.append(element("h3", "", "No articles yet"), element("p", "", "Push one, and it appears here as soon as it is analysed:"),
      element("pre", "", element("code", "", "quoted push article.json")), element("p", "", "Or from a program, to the ingest endpoint (ZeroMQ, REQ):"),
      element("pre", "", element("code", "", `{"title": "…", "text": "…"}\n→ ${settings.ingest}`)));
    for (const block of empty.querySelectorAll("pre")) block.tabIndex = 0;
  }
  empty.hidden = false;
}

// Views

const TITLES = { "": "quoted: who said what", speaker: "Speaker", search: "Search", analyze: "Your own text", article: "Article" };

function parse() {
  const [, name = "", value = ""] = /^#\/([a-z]*)\/?(.*)$/s.exec(location.hash) ?? [];
  try { return { name, value: decodeURIComponent(value) }; } catch { return { name: "", value: "" }; }
}

async function route() {
  // Other anchors are places on the page, no views.
  if (location.hash && !location.hash.startsWith("#/")) return;
  const asked = parse();
  const isNavigation = view.isSet === true;
  view = { ...asked, isSet: true };
  reader = null;
  const pane = $("detail");
  $("layout").classList.toggle("has-detail", asked.name !== "");
  for (const anchor of document.querySelectorAll("nav [data-view]")) {
    const isHere = anchor.dataset.view === (asked.name === "analyze" ? "analyze" : "live");
    if (isHere) anchor.setAttribute("aria-current", "page"); else anchor.removeAttribute("aria-current");
  }
  feed.choose(asked.name === "article" ? asked.value : null);
  document.title = asked.name === "" ? TITLES[""] : `${TITLES[asked.name] ?? "quoted"} · quoted`;
  pane.scrollTop = 0;
  if (asked.name === "article") await showArticle(pane, asked.value);
  else if (asked.name === "speaker") await showSpeaker(pane, asked.value, feed, settings.archive);
  else if (asked.name === "search") { $("search-words").value = asked.value; await showSearch(pane, asked.value, feed, settings.archive); }
  else if (asked.name === "analyze") showPaste(pane, settings.pasteBytes, quotation => feed.matchesQuotation(quotation));
  else pane.replaceChildren(element("div", "empty", element("p", "quiet", "Choose an article to read it with its quotations, or a speaker to see everything they said.")));
  // The reader of a screen goes on where the eyes do.
  if (isNavigation && asked.name !== "") pane.querySelector("h2")?.focus({ preventScroll: true });
}

async function showArticle(pane, id) {
  pane.replaceChildren(element("div", "pane", backLink(), element("p", "quiet", "Loading …")));
  const isCurrent = () => view.name === "article" && view.value === id;
  try {
    const record = await ask("/live/articles/" + encodeURIComponent(id));
    if (!isCurrent()) return;
    if (record.article.status !== "usable") return pane.replaceChildren(withdrawn());
    reader = showRecord(pane, record, quotation => feed.matchesQuotation(quotation));
    reader.root.prepend(backLink());
    document.title = (record.article.title ?? "Article").slice(0, 120) + " · quoted";
  } catch (error) {
    const archived = error.status === 404 && settings.archive ? await ask("/api/articles/" + encodeURIComponent(id)).catch(() => null) : null;
    if (!isCurrent()) return;
    if (archived) showArchived(pane, archived);
    else pane.replaceChildren(element("div", "pane", backLink(), fault(error)));
  }
}

$("search").addEventListener("submit", event => {
  event.preventDefault();
  const words = $("search-words").value.trim();
  location.hash = words ? "#/search/" + encodeURIComponent(words) : "#/";
});
addEventListener("hashchange", route);
const isNarrow = matchMedia("(max-width: 75rem)").matches;
for (const panel of document.querySelectorAll(".panel")) {
  if (isNarrow) panel.open = false;
  panel.classList.add("ready");
}
follow();
