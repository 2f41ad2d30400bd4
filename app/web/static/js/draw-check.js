// Checks a draw on the device of whoever looks: fetches the evidence, or takes a file of it, and computes everything anew.
import { commitmentOf, draw, isInTree, leafOf, sha } from "./draw-protocol.js";

const place = document.getElementById("draw-check");
const list = document.getElementById("draw-steps");
const verdict = document.getElementById("draw-verdict");
const trial = document.getElementById("draw-trial");
let evidence = null;

/** Both languages, as the rest of the page. */
function both(tag, zh, en) {
  const made = document.createElement(tag);
  const english = document.createElement("span");
  english.lang = "en";
  english.textContent = en;
  made.append(zh, " ", english);
  return made;
}

/** One line of the check: right, wrong, or (null) not yet to be said. */
function step(isRight, zh, en, detail = "") {
  const item = document.createElement("li");
  item.className = isRight === null ? "is-open" : isRight ? "is-done" : "is-wrong";
  item.append(both("span", zh, en));
  if (detail) {
    const code = document.createElement("code");
    code.className = "digest";
    code.textContent = detail;
    item.append(code);
  }
  list.append(item);
  return isRight !== false;
}

function say(isRight, zh, en) {
  verdict.replaceChildren(both("b", zh, en));
  verdict.className = `notice ${isRight === null ? "attention" : isRight ? "force" : "stop"}`;
  verdict.dataset.verdict = isRight === null ? "open" : isRight ? "right" : "wrong";
}

function checkShares(told, digest) {
  let right = true;
  told.contributions.forEach((share, n) => {
    const no = n + 1;
    if (share.secret === null) step(null, `第 ${no} 份随机数没有揭示，不计入`, `Contribution ${no} was not revealed and is left out`, share.commitment);
    else {
      const fits = commitmentOf(digest, share.person, share.secret) === share.commitment;
      right = step(fits, fits ? `第 ${no} 份随机数与事先的承诺一致` : `第 ${no} 份随机数与事先的承诺不符`, fits ? `Contribution ${no} is what was committed to` : `Contribution ${no} is not what was committed to`, share.commitment) && right;
    }
  });
  return right;
}

function checkLedger(told) {
  const ledger = told.ledger;
  if (!ledger) return step(null, "没有台账条目", "No ledger entry");
  const rows = JSON.parse(ledger.entry).data.rows.review_draws ?? [];
  const isSame = rows.length === 1 && rows[0].announcement === told.announcement;
  let right = step(isSame && leafOf(ledger.entry) === ledger.leaf, "台账条目记载的就是这份公告", "The ledger entry holds this announcement", ledger.leaf);
  if (ledger.proof) {
    const { index, size, root } = ledger.proof;
    right = step(isInTree(ledger.leaf, ledger.proof), `该条目在台账树中，第 ${index} 叶，共 ${size} 叶；请与您留存的检查点比对树根`, `The entry is leaf ${index} of the ledger's tree of ${size}: compare the root with a checkpoint that you keep`, root) && right;
  } else step(null, "该条目尚未进入台账树，几秒后再看", "The entry is not in the tree yet: look again in some seconds");
  return right;
}

function check(told) {
  evidence = told;
  list.replaceChildren();
  const digest = sha(told.announcement);
  let right = step(digest === told.announcement_sha256 && (!place.dataset.digest || digest === place.dataset.digest), "公告摘要相符", "The announcement has this digest", digest);
  right = checkShares(told, digest) && right;
  right = checkLedger(told) && right;
  trial.hidden = told.value !== null;
  if (told.result === null) {
    step(null, told.value === null ? "公开数值尚未录入" : "公开数值已录入，结果尚未生成", told.value === null ? "The public value is not entered yet" : "The value is entered, there is no result yet", told.value ?? "");
    if (right) say(null, told.cancelled ? "已撤销，没有结果可验算；以上各项相符。" : "还没有结果；到目前为止各项相符。", told.cancelled ? "Cancelled: there is no result. What is above is right." : "There is no result yet; so far everything is right.");
    else say(false, "不符：见标 ✕ 的一步", "Wrong: see the step marked ✕");
    return;
  }
  const found = draw(told.announcement, told.value, told.contributions);
  step(true, "由公告、公开数值和随机数算出的种子", "The seed from announcement, value and contributions", found.seed);
  right = step(found.text === told.result, "重新排序抽取，结果逐字相同", "Ranked and drawn anew: the result is the same to the letter", sha(found.text)) && right;
  say(right, right ? "✓ 验算通过：结果由公告和公开数值得出" : "✕ 验算不符", right ? "Right: the result follows from announcement and value" : "Wrong: the result is another");
}

function attempt(work) {
  try { work(); } catch { say(false, "✕ 这不是抽取的证据文件，或已损坏", "This is no evidence of a draw, or it is damaged"); }
}

async function begin() {
  try {
    const response = await fetch(`/d/${place.dataset.code}/evidence.json`, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const told = await response.json();
    attempt(() => check(told));
  } catch {
    say(null, "? 没有取到证据文件，请检查网络；也可以选择已下载的文件", "The evidence could not be fetched: look at the network, or choose a downloaded file");
  }
}

if (place) {
  document.getElementById("draw-tools").hidden = false;
  document.getElementById("draw-file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) { const text = await file.text(); attempt(() => check(JSON.parse(text))); }
    event.target.value = "";
  });
  trial.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const found = draw(evidence.announcement, trial.querySelector("input").value.trim(), evidence.contributions);
    const out = document.getElementById("draw-tried");
    out.textContent = found.text;
    out.hidden = false;
  });
  begin();
}
