// Scanning without leaving the field. What is scanned waits in the browser (IndexedDB) until the server has answered:
// in order, each exactly once, because its key goes with it; over lost connections, closed pages and signing out.
// Without this file the button beside the field sends what stands in it.
(() => {
  "use strict";

  const root = document.querySelector("[data-scan-queue]");
  if (!root || !window.indexedDB) return;
  const form = root.querySelector("[data-scan-form]");
  const field = form.querySelector("[data-scan-field]");
  const results = root.querySelector("[data-scan-results]");
  const state = root.querySelector("[data-scan-state]");
  const tools = root.querySelector("[data-scan-tools]").dataset;
  const { user } = tools;
  const most = Number(root.dataset.scanBatch ?? 1);
  const OWN = ["csrfmiddlewaretoken", "code", "key", "scanned_at"];

  // --- what waits ---

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("klassensatz", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("scans", { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const stored = async (mode, act) => {
    const transaction = (await opened).transaction("scans", mode);
    const request = act(transaction.objectStore("scans"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };
  const put = (scan) => stored("readwrite", (scans) => scans.put(scan));
  const drop = (scan) => stored("readwrite", (scans) => scans.delete(scan.key));
  const waiting = async () => (await stored("readonly", (scans) => scans.getAll())).sort((a, b) => a.place - b.place);

  // Pages by plain http have no randomUUID.
  const newKey = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  let place = Date.now();
  const settings = () => [...new FormData(form)].filter(([name]) => !OWN.includes(name));

  const add = async (text, more = []) => {
    const codes = text.split(/[\u0000-\u001f\u007f;,]+/).map((code) => code.trim()).filter(Boolean);
    const fields = [...settings(), ...more];
    const scans = codes.map((code) => ({
      key: newKey(),
      place: (place += 1),
      user,
      url: form.action,
      fields,
      code,
      at: new Date().toISOString(),
    }));
    try {
      await Promise.all(scans.map(put));
    } catch {
      // A browser that keeps nothing: the form itself sends them.
      field.value = text;
      form.submit();
      return;
    }
    scans.forEach((scan) => show(scan));
    send();
  };

  // --- what is seen ---

  const rowOf = (scan) => results.querySelector(`[data-key="${scan.key}"]`);
  const show = (scan) => {
    const row = root.querySelector("[data-scan-waiting]").content.firstElementChild.cloneNode(true);
    row.dataset.key = scan.key;
    row.querySelector("[data-scan-code]").textContent = scan.code;
    if (scan.failed) {
      row.classList.replace("scan-result--waiting", "scan-result--bad");
      row.querySelector("[data-scan-note]").textContent = scan.failed;
      row.querySelector("[data-scan-failed]").hidden = false;
    }
    rowOf(scan)?.remove();
    results.prepend(row);
    root.querySelector("[data-scan-none]")?.remove();
  };
  const tell = async (reason) => {
    const scans = (await waiting()).filter((scan) => !scan.failed);
    const mine = scans.filter((scan) => scan.user === user).length;
    const others = scans.length - mine;
    const said = [];
    if (mine && reason) said.push(state.dataset[reason].replace("{n}", mine));
    if (others) said.push(state.dataset.others.replace("{n}", others));
    state.textContent = said.join(" ");
    state.hidden = !said.length;
  };

  let sound = null;
  const beep = (tone) => {
    const quiet = root.querySelector("[data-scan-quiet]");
    if (quiet?.checked || !window.AudioContext) return;
    sound ??= new AudioContext();
    const tones = { good: [[880, 0.07]], warn: [[587, 0.09], [587, 0.09]], bad: [[196, 0.35]] }[tone] ?? [];
    let begin = sound.currentTime;
    tones.forEach(([pitch, seconds]) => {
      const voice = sound.createOscillator();
      const volume = sound.createGain();
      voice.frequency.value = pitch;
      volume.gain.value = 0.12;
      voice.connect(volume).connect(sound.destination);
      voice.start(begin);
      voice.stop(begin + seconds);
      begin += seconds + 0.05;
    });
  };

  // --- sending ---

  const token = () => form.querySelector("[name=csrfmiddlewaretoken]");
  const post = (scans) => {
    const body = new URLSearchParams(scans[0].fields);
    body.append("csrfmiddlewaretoken", token().value);
    scans.forEach((scan) => {
      body.append("code", scan.code);
      body.append("key", scan.key);
      body.append("scanned_at", scan.at);
    });
    return fetch(scans[0].url, { method: "POST", body, headers: { "Scan-Queue": "1" }, redirect: "manual" });
  };
  // Signing in again changes the token of the page.
  const renewToken = async () => {
    const page = await fetch(location.pathname, { redirect: "manual" });
    const fresh = page.ok && new DOMParser().parseFromString(await page.text(), "text/html");
    const found = fresh && fresh.querySelector("[data-scan-form] [name=csrfmiddlewaretoken]");
    if (found) token().value = found.value;
    return Boolean(found);
  };
  const sent = async (scans) => {
    const answer = await post(scans);
    return answer.status === 403 && (await renewToken()) ? post(scans) : answer;
  };

  const nextOnes = async () => {
    const mine = (await waiting()).filter((scan) => scan.user === user && !scan.failed);
    const alike = ({ url, fields }) => url + JSON.stringify(fields);
    const other = mine.findIndex((scan) => alike(scan) !== alike(mine[0]));
    return mine.slice(0, Math.min(other < 0 ? mine.length : other, most));
  };
  const answered = async (scans, html) => {
    const answer = document.createElement("template");
    answer.innerHTML = html;
    const rows = [...answer.content.querySelectorAll("li.scan-result")];
    if (rows.length !== scans.length) return false;
    for (const [index, scan] of scans.entries()) {
      await drop(scan);
      const row = rowOf(scan);
      if (row) row.replaceWith(rows[index]);
      else results.prepend(rows[index]);
      rows[index].dataset.key = scan.key;
      beep(rows[index].dataset.tone);
    }
    root.querySelector("[data-scan-none]")?.remove();
    return true;
  };
  const refused = async (scans, answer) => {
    const told = answer.status === 422 ? (await answer.text()).trim() : state.dataset.refused;
    for (const scan of scans) {
      scan.failed = told;
      await put(scan);
      show(scan);
    }
    beep("bad");
  };

  // Returns why the rest has to wait; empty when nothing waits any more.
  const sendAll = async () => {
    for (let scans = await nextOnes(); scans.length; scans = await nextOnes()) {
      let answer;
      try {
        answer = await sent(scans);
      } catch {
        return "offline";
      }
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "signedOut";
      if (answer.status >= 500) return "offline";
      if (answer.ok ? !(await answered(scans, await answer.text())) : await refused(scans, answer)) return "offline";
    }
    return "";
  };

  let isSending = false;
  let isAskedAgain = false;
  let pause = 2000;
  let timer = 0;
  const send = async () => {
    isAskedAgain = isSending;
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    const act = () => sendAll().catch(() => "offline");
    // Two pages of one browser do not send the same scans at the same time.
    const reason = await (navigator.locks ? navigator.locks.request("klassensatz-scans", act) : act());
    isSending = false;
    await tell(reason);
    pause = reason ? Math.min(pause * 2, 60000) : 2000;
    if (isAskedAgain) send();
    else if (reason) timer = setTimeout(send, pause);
  };

  // --- the field ---

  const lacking = () => {
    const mode = form.elements.mode?.value;
    return [...form.querySelectorAll("[data-needed-for]")].find(
      (input) => input.dataset.neededFor.split(" ").includes(mode) && !input.value,
    );
  };
  const take = () => {
    if (!field.value.trim()) return;
    const missing = lacking();
    if (missing) {
      missing.setCustomValidity(tools.needed);
      missing.reportValidity();
      missing.addEventListener("input", () => missing.setCustomValidity(""), { once: true });
      beep("bad");
      return;
    }
    add(field.value);
    field.value = "";
  };
  field.addEventListener("keydown", (event) => {
    if ((event.key !== "Enter" && event.key !== "Tab") || event.shiftKey || !field.value.trim()) return;
    event.preventDefault();
    take();
  });
  field.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (!/[\n\r\t;,]/.test(text.trim())) return;
    event.preventDefault();
    field.value += text;
    take();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.dataset.scanUndo !== undefined) return;
    event.preventDefault();
    delete form.dataset.sent;
    take();
    field.focus();
  });
  root.addEventListener("scan-code", (event) => {
    field.value = event.detail;
    take();
  });
  // A scanner types wherever the focus is: outside of other fields that means here.
  document.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.target.closest("input, textarea, select, button, a, summary, dialog")) field.focus();
  });

  root.addEventListener("click", async (event) => {
    const again = event.target.closest("[data-scan-again]");
    if (again) {
      event.preventDefault();
      add(again.value, again.dataset.scanAgain ? [[again.dataset.scanAgain, "1"]] : []);
      field.focus();
      return;
    }
    const row = event.target.closest("[data-key]");
    const scan = row && (await waiting()).find((one) => one.key === row.dataset.key);
    if (!scan) return;
    if (event.target.closest("[data-scan-retry]")) {
      await put({ ...scan, failed: "", fields: settings() });
      show({ ...scan, failed: "" });
      send();
    } else if (event.target.closest("[data-scan-discard]")) {
      await drop(scan);
      row.remove();
    }
    field.focus();
  });

  // The address says how the page is set, so that it opens again like that.
  form.addEventListener("change", (event) => {
    if (event.target === field) return;
    const query = new URLSearchParams(settings().filter(([, value]) => value));
    history.replaceState(null, "", `${location.pathname}?${query}`);
    keepPage();
  });

  // --- without a connection ---

  const keepPage = async () => {
    if (!navigator.serviceWorker || !tools.worker) return;
    const registration = await navigator.serviceWorker.register(tools.worker, { scope: "/" });
    const worker = registration.active ?? (await navigator.serviceWorker.ready).active;
    const loaded = performance.getEntriesByType("resource");
    const files = loaded.filter((one) => ["link", "script", "css"].includes(one.initiatorType)).map((one) => one.name);
    const camera = [tools.reader, tools.wasm].map((address) => new URL(address, location).href);
    worker.postMessage({ page: location.href, files: [...files, ...camera] });
  };

  window.addEventListener("online", () => {
    pause = 2000;
    send();
  });
  window.addEventListener("load", () => keepPage().catch(() => {}));
  waiting().then((scans) => {
    scans.filter((scan) => scan.user === user && scan.url === form.action).forEach((scan) => show(scan));
    send();
  });
})();
